use super::*;

fn read(text: &str) -> Result<String, InvalidId> {
    text.parse::<EmailAddress>().map(String::from)
}

#[test]
fn addresses_are_normalised_and_need_a_domain() {
    let address: EmailAddress = " Ada@Mail.Acme.EXAMPLE ".parse().unwrap();
    assert_eq!(address.as_str(), "ada@mail.acme.example");
    assert_eq!(address.domain(), "mail.acme.example");
    for bad in [
        "ada",
        "ada@",
        "@acme.example",
        "ada@localhost",
        "a b@acme.example",
        "ada@[127.0.0.1]",
        "",
        "ada@@acme.example",
        "ada..b@acme.example",
        "ada@acme..example",
        "ada@-acme.example",
        "ada lund@acme.example",
        "<>",
        "mailto:",
    ] {
        assert!(bad.parse::<EmailAddress>().is_err(), "{bad} was taken");
    }
    assert!(!format!("{address:?}").contains("ada@"));
}

#[test]
fn what_stands_around_an_address_is_not_part_of_it() {
    for written in [
        "pia@clearpath.example",
        "\u{200b}pia@clearpath.example",
        "pia@clear\u{ad}path.example",
        "\u{feff}pia@clearpath.example",
        "pia@clearpath.example\u{a0}",
        "Pia Lund <pia@clearpath.example>",
        "\"Lund, Pia\" <pia@clearpath.example>",
        "'Pia Lund' <Pia@Clearpath.example>;",
        "pia@clearpath.example <pia@clearpath.example>",
        "Pia @ Clearpath <pia@clearpath.example>",
        "<pia@clearpath.example>",
        "<mailto:pia@clearpath.example|pia@clearpath.example>",
        "mailto:pia@clearpath.example?subject=Hello",
        "MAILTO:pia@clearpath.example",
        "SMTP:pia@clearpath.example",
        "E-Mail: pia@clearpath.example",
        "\"pia@clearpath.example\"",
        "'pia@clearpath.example'",
        "„pia@clearpath.example“",
        "(pia@clearpath.example)",
        "pia@clearpath.example (Pia Lund)",
        "pia@clearpath.example.",
        "pia@clearpath.example,",
        "pia@clearpath.example;",
        "pia@clearpath.example ;",
        "PIA@CLEARPATH.EXAMPLE",
        "PİA@CLEARPATH.EXAMPLE",
        "pia＠clearpath.example",
        "ｐｉａ＠ｃｌｅａｒｐａｔｈ．ｅｘａｍｐｌｅ",
        "pia@clearpath。example",
        "pia @ clearpath.example",
        "pia@clearpath.example; PIA@clearpath.example",
        "\tpia@clearpath.example\r\n",
    ] {
        assert_eq!(read(written).as_deref(), Ok("pia@clearpath.example"), "{written:?}");
    }
}

#[test]
fn an_address_in_any_letters_has_one_spelling() {
    assert_eq!(read("ju\u{308}rgen@clearpath.example").unwrap(), "jürgen@clearpath.example");
    assert_eq!(read("o’neill@clearpath.example").unwrap(), "o'neill@clearpath.example");
    for written in ["eva@jägerhof.example", "eva@xn--jgerhof-5wa.example", "Eva@JA\u{308}GERHOF.example."] {
        assert_eq!(read(written).as_deref(), Ok("eva@jägerhof.example"), "{written}");
    }
    for kept in [
        "pia+events@clearpath.example",
        "संपर्क@उदाहरण.example",
        "用户@例子.example",
        "\"pia lund\"@clearpath.example",
    ] {
        assert_eq!(read(kept).as_deref(), Ok(kept));
    }
}

#[test]
fn of_two_addresses_none_is_taken() {
    for two in [
        "a@x.example; b@y.example",
        "a@x.example,b@y.example",
        "a@x.example b@y.example",
        "a@x.example / b@y.example",
        "a@x.example/b@y.example",
        "a@x.example or b@y.example",
        "\"A\" <a@x.example>, \"B\" <b@y.example>",
        "a@x.example <b@y.example>",
    ] {
        assert_eq!(read(two), Err(SEVERAL), "{two}");
    }
    assert!(SEVERAL.to_string().contains("which of them is meant cannot be told"));
}

#[test]
fn what_is_refused_names_the_character_and_nothing_else() {
    assert_eq!(read("pia lund@clearpath.example").unwrap_err().odd, Some(' '));
    assert_eq!(read("pia(lund@clearpath.example").unwrap_err().odd, Some('('));
    let text = read("pia\\lund@clearpath.example").unwrap_err().to_string();
    assert!(text.ends_with("; the character U+005C stands in it"), "{text}");
    assert!(!text.contains("lund"), "{text}");
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused_and_what_is_read_is_read_again(
        text in "\\PC{0,40}|[<\"' ]{0,2}[a-zA-ZäÖİß.+' \u{308}\u{200b}]{1,9}[@＠][a-zäßж0-9.-]{1,9}[.。](example|рф|com)[>\"';,. ]{0,3}",
    ) {
        if let Ok(address) = text.parse::<EmailAddress>() {
            proptest::prop_assert_eq!(address.as_str().parse::<EmailAddress>(), Ok(address.clone()));
            proptest::prop_assert!(!address.domain().contains('@'));
            let written = format!("Some One <{}>, ", address.as_str());
            proptest::prop_assert_eq!(written.parse::<EmailAddress>(), Ok(address));
        }
    }
}

#[test]
fn what_is_longer_than_an_address_can_be_is_not_searched_for_one() {
    // A turn for each sign in front, and each looks at all that follows: of so many, minutes.
    for front in ["mailto:".repeat(17_000), "\"".repeat(120_000), "<".repeat(1_000)] {
        assert!(read(&format!("{front}ada@acme.example")).is_err());
    }
    assert!(read(&format!("{}ada@acme.example", "<".repeat(900))).is_ok());
    let padded = format!("{}ada@acme.example{}", " ".repeat(5000), "\u{200b}".repeat(500));
    assert_eq!(read(&padded).unwrap(), "ada@acme.example");
}
