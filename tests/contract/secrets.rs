//! Secrets: AWS Secrets Manager and its twin.

use leadlight_adapters_secrets::SecretsManager;
use leadlight_aws_call::{SECRETS_MANAGER, json};
use leadlight_ports::memory::MemorySecrets;
use leadlight_ports::{Class, Classed, ExposeSecret, SecretError, SecretName, Secrets, chain};
use leadlight_tests::deployed::Deployed;
use serde_json::{Value, json};

fn name(purpose: &str) -> SecretName {
    SecretName::of("leadlight", purpose).unwrap()
}

async fn secrets_contract(secrets: &impl Secrets, set: impl AsyncFn(&SecretName, &str)) {
    let key = name("vendors/sample");
    let absent = secrets.read(&key).await.unwrap_err();
    assert!(matches!(&absent, SecretError::Absent { name } if *name == key), "{absent}");
    assert_eq!(absent.class(), Class::Retryable);
    for value in ["s3cret-1", "s3cret-2\nwith a line break"] {
        set(&key, value).await;
        let secret = secrets.read(&key).await.unwrap();
        assert_eq!(secret.expose_secret(), value, "a rotated secret is seen");
        assert!(!format!("{secret:?}").contains("s3cret"));
    }
    let other = secrets.read(&name("vendors/other")).await.unwrap_err();
    assert!(matches!(other, SecretError::Absent { .. }), "{other}");
}

#[tokio::test]
async fn the_twin_holds_the_contract_for_secrets() {
    let secrets = MemorySecrets::default();
    secrets_contract(&secrets, async |name, value| secrets.put(name, value)).await;
    secrets.put(&name("empty"), "");
    assert!(matches!(secrets.read(&name("empty")).await, Err(SecretError::NoText { .. })));
    secrets.set_away(true);
    assert!(matches!(secrets.read(&name("vendors/sample")).await, Err(SecretError::Unreadable { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_store_holds_the_contract_for_secrets() {
    let deployed = Deployed::new().await;
    let config = &deployed.config;
    let secrets = SecretsManager::from_config(config);
    let by_hand = async |operation, input| {
        json::<Value>(config, &SECRETS_MANAGER, operation, &input).await.unwrap();
    };
    secrets_contract(&secrets, async |name, value| secrets.set(name, value).await.unwrap()).await;

    let binary = name("binary");
    by_hand("secretsmanager.CreateSecret", json!({ "Name": binary.as_str(), "SecretBinary": "AP8=" })).await;
    let refused = secrets.read(&binary).await.unwrap_err();
    assert!(matches!(refused, SecretError::NoText { .. }), "{}", chain(&refused));

    let deleted = name("vendors/sample");
    by_hand(
        "secretsmanager.DeleteSecret",
        json!({ "SecretId": deleted.as_str(), "RecoveryWindowInDays": 7 }),
    )
    .await;
    let refused = secrets.read(&deleted).await.unwrap_err();
    assert!(matches!(refused, SecretError::Deleted { .. }), "{}", chain(&refused));
    by_hand("secretsmanager.RestoreSecret", json!({ "SecretId": deleted.as_str() })).await;
    assert!(secrets.read(&deleted).await.is_ok());

    let nowhere = SecretsManager::from_config(&super::nowhere(config));
    let away = nowhere.read(&deleted).await.unwrap_err();
    assert!(matches!(away, SecretError::Unreadable { .. }), "{}", chain(&away));
    assert!(chain(&away).contains("leadlight/vendors/sample") && !chain(&away).contains("s3cret"));
}
