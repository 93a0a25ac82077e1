extension Schema {
  /// What makes a decision repeatable, and which configuration was in force since when, by whose hand.
  static let configurationLife = """
    ALTER TABLE decisions ADD COLUMN inputs_json TEXT;
    CREATE TABLE configuration_log (
      at BIGINT NOT NULL,
      version TEXT NOT NULL REFERENCES configurations (version),
      how TEXT NOT NULL,
      actor TEXT NOT NULL,
      PRIMARY KEY (at, version)
    );
    CREATE TABLE configuration_models (
      version TEXT PRIMARY KEY,
      content {bytes} NOT NULL
    );
    INSERT INTO configuration_log (at, version, how, actor)
      SELECT loaded_at, version, 'start', 'not recorded' FROM configurations;
    """
}
