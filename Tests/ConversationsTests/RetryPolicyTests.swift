import Conversations
import Testing

@Suite struct RetryPolicyTests {
  @Test("waits double up to the longest one and stray to either side")
  func backOff() {
    let policy = RetryPolicy.standard
    let middle = (1...10).map { policy.delaySeconds(attempt: $0, ageSeconds: 0, chance: 0.5) }
    #expect(middle == [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600])
    let rough = RetryPolicy(jitter: 0.25)
    #expect(rough.delaySeconds(attempt: 1, ageSeconds: 0, chance: 0) == 11.25)
    #expect(rough.delaySeconds(attempt: 1, ageSeconds: 0, chance: 1) == 18.75)
  }

  @Test("absurd attempt numbers neither overflow nor hang")
  func absurd() {
    #expect(RetryPolicy.standard.delaySeconds(attempt: .max, ageSeconds: 0, chance: 0.5) == 3600)
    #expect(RetryPolicy.standard.delaySeconds(attempt: .min, ageSeconds: 0, chance: 0.5) == 15)
  }

  @Test("an attempt that would begin after the give-up age is not made")
  func givesUp() {
    let policy = RetryPolicy(firstDelaySeconds: 10, jitter: 0, giveUpAfterSeconds: 100)
    #expect(policy.delaySeconds(attempt: 1, ageSeconds: 90, chance: 0) == 10)
    #expect(policy.delaySeconds(attempt: 1, ageSeconds: 91, chance: 0) == nil)
    #expect(policy.delaySeconds(attempt: 1, ageSeconds: 0, retryAfterSeconds: 101, chance: 0) == nil)
  }

  @Test("a provider's Retry-After is a lower bound, and has an upper one", arguments: [0.0, 0.3, 0.999])
  func retryAfter(chance: Double) throws {
    let policy = RetryPolicy.standard
    let asked = try #require(
      policy.delaySeconds(attempt: 1, ageSeconds: 0, retryAfterSeconds: 600, chance: chance))
    #expect(asked >= 600 && asked < 604)
    let greedy = try #require(
      policy.delaySeconds(attempt: 1, ageSeconds: 0, retryAfterSeconds: .max, chance: chance))
    #expect(greedy < 86_404)
    let own = try #require(policy.delaySeconds(attempt: 9, ageSeconds: 0, retryAfterSeconds: 1, chance: chance))
    #expect(own >= 2880)
  }
}
