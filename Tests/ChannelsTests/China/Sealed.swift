/// Encrypted contents for the tests of WeChat and WeCom.
///
/// Made with OpenSSL (`enc -aes-256-cbc -nopad`), so that our own code does not prove itself.
enum Sealed {
  static let key = "aGVsbG9wYXRjaGJheWhlbGxvcGF0Y2hiYXloZWxsb3A"
  static let weChatText =
    "gbUoGFGau51el26ucSvVlxZjSdldCgjPH2vM76M94Iat8dUewfc/l7vejKbN3xPG5RtYrcfuW+h8PgRgvgAro+OzOLRQc+Kl"
    + "3ihRvRGx8BhWtmtXNYxBV4wc5DP4vW8tRGC9uCRdDq5JRImfVoy1d9QMCSVoRFpxqUVPEv6aBd5Qe9b1tMRD4QZOBO6+Cfec"
    + "DGRyIYdlulc0gCaemkaiDmAw3DF774cz1gkGu+mxpSY9pCbrAfWeiw8j3jFfcEZAUdhje6egTyZ26KVDV9YcfwqZpG9I/+MG"
    + "UQZOFNAaR/8="
  static let weChatForOthers =
    "gbUoGFGau51el26ucSvVl3I7ddFDK9GTQ/GVIvknrAhCSUMnP2ZWheHFgFv5T9y84DorJ0bB2qsZ5kuxqHw4KDtinqqBrywP"
    + "Qrfm/qR/ETr69ms8pD4xRpJ0iqLr1K3f7/PxwwOgM/0dKQAfxFWfp6jNVGtuZAsxZ418M25PPdmrbCgfI3X4FwydNtvjguud"
    + "qJAK0QDnLmf3DRm7VptcvC3hYqlso7qDpkuqdpQNY9z3TZYSMDabF8ievQOGKONz"
  static let weComText =
    "gbUoGFGau51el26ucSvVlzycpJRs5gxAbv7BosAyxtfvvLdndgolEPjRUSNQtEyUHvrDiSM0Nb4j4YuYDleb6KNYYMo5F5NA"
    + "kf/IBQMMfEUfg2mJoLXMmMQXp7S7Qt4MNR134tbOIkbAFRcEczk0KU9ag8v1jQrNsH9a93iVF8hNJGGMKKHYeIryslYhpUHA"
    + "nCKOGXKIQ60U7KX08tj/l3fZeJ5D9aLkqLIP9g6qNS+FKLlZVkWurW3V2F3Rgrpy2D5mexsqIisxZPvVz5+tlN6vASpU2SAq"
    + "yocs0rO49cqrChb9K/LJpxwYqUM5aDiXF3R4nWSw3nEeQ754pMEvHg=="
  static let weComClick =
    "gbUoGFGau51el26ucSvVl2IpXbyj4bqz+g3MvyBVX7ED1d8KOWECHDxTou8TiF6o3+WpEiDrUfeJe2xvtAYgW0dqQP6A7JKB"
    + "DzfVeL7u7RBP1xIsqNQCSw2cGDQsFpJIwMID07/KPsQ0ubQzhqdEtybDANm58uk0vfhmyg5GVlupMO85LRD2kLf/fkMvz9bQ"
    + "JGgdCrXes5v9gCxzJHuqHyNHZzdryQw/1Tm1o0uKooBtGesXwkjNZ989RY+aIPV69MTGi6PsAOlKNKvZEHDhc7gstMLU/BeR"
    + "r2BZx5ZgDCYNq4J5+5+4PscInoCDQSC7+3rq8845Ok42WxqdZGGcdg=="
  static let weComOtherApp =
    "gbUoGFGau51el26ucSvVl5CBpLyk3Zeoag6IWgcfX0jAxdUEPvttMkxikVijXBha9kh8tRmz9t6BOX54/4QEoJjj4kckj9Rp"
    + "pRwS2ebT6CJ/MF4fqR3v7aWuCNojuRUWPeqSV8a+QMGbeycSlt6xgFVDo2/yA+UBO0MPQB+A3y+X+eytRAaYvy/MccgykHNa"
    + "PT2/yiHkO09+FYIJeCa5ikOLfY1p2RifvhYBEPdV1YDDpal96caon7XAzACk+rnQyjODY8JZ7+xO+r6+GPTUVHI94fqIJf+H"
    + "kR5pv6cpIRw="
  static let weComForOthers =
    "gbUoGFGau51el26ucSvVl5CBpLyk3Zeoag6IWgcfX0jAxdUEPvttMkxikVijXBha9kh8tRmz9t6BOX54/4QEoJjj4kckj9Rp"
    + "pRwS2ebT6CJ/MF4fqR3v7aWuCNojuRUWPeqSV8a+QMGbeycSlt6xgFVDo2/yA+UBO0MPQB+A3y+X+eytRAaYvy/MccgykHNa"
    + "PT2/yiHkO09+FYIJeCa5ikOLfY1p2RifvhYBEPdV1YDDpal96caon7XAzACk+rnQ94sgfhIw3WaRbRMT2cfrF0efJ1isBR7d"
    + "HgPCCi2jA4o="
  static let weComAnnouncement =
    "gbUoGFGau51el26ucSvVl5FP5o2wxrLTxtTh6tsxyGuWqO6Jmj2XlabTXFt61+sJ8kHq7v7jSpu0ROYGzwJaMxB7ANw+w9q2"
    + "tQcpMJAnWqqn6Pc32lfHpWcRgZgX9xGZnIgZdpKrCR/qXlBAxHF2l3fCCwLE7rtm1jhp+u7KWM+CzhljyW3PsZOjAdDO6mXA"
    + "vah55CXnGzvBXCC2j7K3x3KbLaNWPZ0dklzf/c60YITg9D+eZhQ/8UO4XB7t3WKjhrN8cXeqEdByat8nYCGM6QYD9EzLhURs"
    + "NuyagYCR3/Q="
  static let weComRobot =
    "gbUoGFGau51el26ucSvVl4rszn72YrittYuvsGoJ0X9xXDHgEX5ILAWtUHbTkokjtKs4GxpOL14Iy64eFG58LlDbwpLNYxoj"
    + "xDBCHgeIOfAOZ7cogM9VofVJNnxyEqwxh7YfF5RDg+rpb/tOp8FY5/jLnSF6woCcX5/VJYnnc48="
  static let weComEcho =
    "gbUoGFGau51el26ucSvVlyL0kvXpLdEhbdNFrtTG54c="
}
