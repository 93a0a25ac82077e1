extension NeutralFrames {
  static let english = NeutralFrames(
    openings: Lines(
      """
      hi,
      hi there,
      hi there!
      hello,
      hello!
      hello there.
      hey,
      hey there,
      hiya,
      dear team,
      dear all,
      dear sir or madam,
      dear sirs,
      dear support,
      dear customer service,
      dear support team,
      to whom it may concern,
      good morning,
      good afternoon,
      good evening,
      good day,
      morning,
      greetings,
      greetings from a sunny village,
      hi team,
      hi guys,
      folks,
      excuse me,
      sorry to ask,
      sorry to trouble you again.
      apologies for the bother,
      quick question:
      quick one:
      i have a question.
      just a question.
      can you help me?
      can you help?
      could you please help me with this?
      would you be so kind as to look at this?
      please help.
      i need help.
      i was wondering if somebody could have a look.
      i hope you are well.
      hope you're doing well.
      hope this finds you well.
      hope you had a great weekend.
      i am writing to you because of the following.
      here is what happened.
      it's about this:
      the situation is as follows.
      i have been a customer for years.
      i've been with you for three years and always liked it.
      love the app by the way.
      big fan of your service, really.
      this is my first time writing to you.
      i wrote yesterday too.
      my name is james carter.
      this is maria.
      maria here,
      i'm a long-time user,
      please,
      so
      ok so
      """),
    thanks: Lines(
      """
      thanks
      thanks.
      thanks!
      thank you.
      thank you!
      thank you
      thank you very much.
      thank you so much
      thank you all
      many thanks
      many thanks,
      thanks a lot
      thanks a million
      thanks a lot for your help
      thanks for your help.
      thanks for your great work
      thank you for your help.
      thanks in advance
      thank you in advance.
      thanks for looking into this
      thanks for your time.
      thanks for reading
      thank you for your patience and understanding.
      cheers
      cheers,
      please help
      please help me.
      please help me out here
      please advise.
      please let me know.
      let me know what you think
      please get back to me.
      please reply soon
      please respond asap
      what should i do?
      what can i do?
      what now?
      can somebody tell me?
      could you look into this please?
      would you mind checking?
      can you check please
      please check
      please look into it, thanks
      please do the needful
      that would be great.
      it would be great if you could help.
      would be lovely to hear back today
      a quick answer would be wonderful
      looking forward to your reply.
      i look forward to hearing from you.
      looking forward to hearing from you
      hope to hear from you soon
      any help is appreciated.
      any help would be greatly appreciated
      i'd be very grateful
      i would be grateful for an answer.
      i appreciate it.
      really appreciate what you do
      much appreciated
      sorry for the trouble
      sorry for the long message
      it is urgent.
      urgent!
      asap
      ty
      thx
      """),
    signOffs: Lines(
      """
      regards,
      best regards,
      kind regards,
      warm regards,
      kindest regards
      with kind regards
      best,
      best wishes,
      all the best,
      take care,
      yours,
      yours sincerely,
      sincerely,
      yours faithfully,
      respectfully,
      a loyal customer
      have a nice day
      have a great day!
      have a great week
      have a good one!
      have a lovely weekend
      enjoy your evening
      happy friday!
      bye
      bye for now
      speak soon
      xx
      sent from my iphone
      sent from my phone
      sent from my samsung galaxy
      sent from my ipad
      sent from outlook for ios
      get outlook for android
      sent with a mobile app, please excuse typos
      """),
    details: Lines(
      """
      order ############
      order number ################.
      the order number is ###########.
      order no. ######
      my order id is ##########
      ref ##################
      reference: ##########
      ref. ##-####
      transaction id tx##########
      ticket ####
      my e-mail is lee@mail.example
      my email is j.smith@mail.example.
      my email address is kim##@mail.example
      e-mail: tom@mail.example
      you can reach me at sarah@mail.example
      my account is under anna@mail.example
      my account is ##########
      my username is jsmith##
      my number is +44 7700 ######
      my phone number is +1 555 ### ####
      phone: 555-###-####
      tel. +49 30 #######
      you can call me on 07700 ######
      card [card]
      my card is [card].
      card number [card]
      card: [card]
      the card ending ####
      card ending in ####
      it was ##.## dollars.
      it was ### euros
      it's ### pounds
      the amount is ###.00 usd
      amount: #,###.00
      that is £##
      $###
      ## quid
      ##.##
      about 300 dollars in total
      it happened yesterday
      this was yesterday evening
      this morning
      last friday
      since tuesday
      on ## november
      on monday at 1#:##
      date: ##/11/2026
      2026-1#-##
      screenshot attached.
      see attached screenshot
      please see the attachment
      i'm in leeds
      customer since 20##
      https://pay.example/help
      """),
    names: Lines(
      """
      james carter
      anna
      tom
      maria lopez
      j. smith
      sarah
      priya patel
      david chen
      emma wilson
      oliver
      kate
      mr brown
      mrs taylor
      m. lee
      ahmed
      sofia rossi
      ben
      dr. k. weber
      grace o'neill
      """))
}
