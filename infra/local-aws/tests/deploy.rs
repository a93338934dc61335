//! A small stack on a real emulator: made, changed, left alone, refused, deleted.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod common;

use std::fs;
use std::path::PathBuf;

use aws_config::SdkConfig;
use common::{BUCKET, STACK, deploy_relay, deployment, environment_of, python_env, relay, template};
use leadlight_local_aws::{
    DeployError, Destination, Emulator, Silent, StackOutputs, delete, deploy, outputs,
};

/// An emulator of the test's own, an account on it, and a folder for what is deployed.
struct Cloud {
    config: SdkConfig,
    folder: tempfile::TempDir,
    emulator: Emulator,
}

impl Cloud {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let emulator = Emulator::start(&python_env(), &folder.path().join("state"), &Silent).unwrap();
        let config = emulator.sdk_config(&emulator.new_account());
        Self { config, folder, emulator }
    }

    fn template(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

async fn send(config: &SdkConfig, queue: &str, body: &str) {
    let queues = aws_sdk_sqs::Client::new(config);
    queues.send_message().queue_url(queue).message_body(body).send().await.unwrap();
}

/// Everything that comes out of the queue until nothing came for a second.
async fn receive(config: &SdkConfig, queue: &str) -> Vec<String> {
    let queues = aws_sdk_sqs::Client::new(config);
    let mut bodies = Vec::new();
    let mut wait_s = 20;
    loop {
        let answer = queues
            .receive_message()
            .queue_url(queue)
            .wait_time_seconds(wait_s)
            .max_number_of_messages(10)
            .send()
            .await
            .unwrap();
        if answer.messages().is_empty() {
            return bodies;
        }
        bodies.extend(answer.messages().iter().map(|message| message.body().unwrap().to_owned()));
        wait_s = 1;
    }
}

/// The same stack name and queue names in two accounts of one emulator.
#[tokio::test]
async fn accounts_are_worlds_of_their_own() {
    let cloud = Cloud::start();
    let accounts = [cloud.emulator.new_account(), cloud.emulator.new_account()];
    let configs = accounts.clone().map(|account| cloud.emulator.sdk_config(&account));
    let mut stacks: Vec<StackOutputs> = Vec::new();
    for (config, account) in configs.iter().zip(&accounts) {
        let bucket = format!("artifacts-{account}");
        stacks.push(deploy_relay(config, cloud.folder.path(), &bucket).await);
    }
    for (config, (account, stack)) in configs.iter().zip(accounts.iter().zip(&stacks)) {
        let environment = environment_of(config, stack.get("RelayName").unwrap()).await;
        // Temporary credentials of its role, as on AWS; the queue is the account's.
        assert!(environment["AWS_ACCESS_KEY_ID"].starts_with("ASIA"), "{environment:?}");
        assert!(environment["OUT_QUEUE_URL"].contains(account.as_str()), "{environment:?}");
        send(config, stack.get("InQueueUrl").unwrap(), &format!("for {account}")).await;
    }
    for (config, (account, stack)) in configs.iter().zip(accounts.iter().zip(&stacks)) {
        let got = receive(config, stack.get("OutQueueUrl").unwrap()).await;
        assert_eq!(got, [format!("for {account}")]);
    }

    delete(&configs[0], STACK, Destination::Local, &Silent).await.unwrap();
    assert!(matches!(outputs(&configs[0], STACK).await, Err(DeployError::NoStack { .. })));
    assert_eq!(outputs(&configs[1], STACK).await.unwrap(), stacks[1]);
}

#[tokio::test]
async fn an_http_api_is_reached_in_its_account() {
    let cloud = Cloud::start();
    let account = cloud.emulator.new_account();
    let config = cloud.emulator.sdk_config(&account);
    let stack = deploy_relay(&config, cloud.folder.path(), BUCKET).await;
    let url = format!(
        "{}/relay?{}",
        cloud.emulator.http_api_url(stack.get("ApiId").unwrap()),
        Emulator::account_query(&account)
    );
    let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
    let answer = agent.post(&url).send("{}").unwrap().body_mut().read_to_string().unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let queue = answer["environment"]["OUT_QUEUE_URL"].as_str().unwrap();
    assert!(queue.contains(account.as_str()), "{queue}");
}

#[tokio::test]
async fn an_update_takes_and_a_repetition_changes_nothing() {
    let cloud = Cloud::start();
    let functions = [relay(cloud.folder.path(), "first")];
    let made = deploy(&cloud.config, &deployment(&functions), &Silent).await.unwrap();
    assert_eq!(made.get("Retention").unwrap(), "60");
    assert_eq!(deploy(&cloud.config, &deployment(&functions), &Silent).await.unwrap(), made);

    let mut changed = deployment(&functions);
    changed.parameters.insert("Retention".into(), "120".into());
    let updated = deploy(&cloud.config, &changed, &Silent).await.unwrap();
    assert_eq!(updated.get("Retention").unwrap(), "120");
    assert_eq!(updated.get("InQueueUrl").unwrap(), made.get("InQueueUrl").unwrap());
    assert_eq!(outputs(&cloud.config, STACK).await.unwrap(), updated);

    let missing = updated.get("Nothing").unwrap_err().to_string();
    assert!(missing.contains(STACK) && missing.contains("Nothing"), "{missing}");
}

#[tokio::test]
async fn a_changed_function_runs_after_the_update() {
    let cloud = Cloud::start();
    let first = [relay(cloud.folder.path(), "first")];
    let second = [relay(cloud.folder.path(), "second")];
    let made = deploy(&cloud.config, &deployment(&first), &Silent).await.unwrap();
    let function = made.get("RelayName").unwrap();
    let before = environment_of(&cloud.config, function).await;
    deploy(&cloud.config, &deployment(&second), &Silent).await.unwrap();
    let after = environment_of(&cloud.config, function).await;
    // Each package is unpacked into a folder of its own.
    assert_ne!(before["LAMBDA_TASK_ROOT"], after["LAMBDA_TASK_ROOT"]);

    let s3 = aws_sdk_s3::config::Builder::from(&cloud.config).force_path_style(true).build();
    let stored = aws_sdk_s3::Client::from_conf(s3).list_objects_v2().bucket(BUCKET).send().await.unwrap();
    let keys: Vec<&str> = stored.contents().iter().filter_map(|object| object.key()).collect();
    for function in first.iter().chain(&second) {
        assert!(keys.contains(&&*format!("functions/relay/{}.zip", function.sha256)), "{keys:?}");
    }
}

#[tokio::test]
async fn a_large_template_goes_by_way_of_the_bucket() {
    let cloud = Cloud::start();
    let functions = [relay(cloud.folder.path(), "first")];
    let mut text = fs::read_to_string(template()).unwrap();
    while text.len() <= 60_000 {
        text.push_str("# A comment that makes the template longer than a request may carry.\n");
    }
    let mut large = deployment(&functions);
    large.template = cloud.template("large.yaml", &text);
    let made = deploy(&cloud.config, &large, &Silent).await.unwrap();
    assert_eq!(made.get("Retention").unwrap(), "60");
}

#[tokio::test]
async fn a_failed_resource_is_named_with_its_reason() {
    let cloud = Cloud::start();
    let functions = [relay(cloud.folder.path(), "first")];
    let good = fs::read_to_string(template()).unwrap();
    let broken = good.replace(
        "Outputs:\n",
        "  Broken:\n    Type: AWS::Lambda::Url\n    Properties:\n      AuthType: NONE\n      \
         TargetFunctionArn: nobody\n\nOutputs:\n",
    );
    let mut bad = deployment(&functions);
    bad.template = cloud.template("broken.yaml", &broken);

    let error = deploy(&cloud.config, &bad, &Silent).await.unwrap_err();
    let DeployError::Failed { status, resource, reason, .. } = &error else { panic!("{error:?}") };
    assert_eq!((status.as_str(), resource.as_str()), ("ROLLBACK_COMPLETE", "Broken"));
    assert!(reason.contains("nobody"), "{reason}");

    // A stack that never stood cannot be updated; once deleted, it can be made.
    let again = deploy(&cloud.config, &deployment(&functions), &Silent).await.unwrap_err();
    assert!(matches!(again, DeployError::Unusable { .. }), "{again:?}");
    delete(&cloud.config, STACK, Destination::Local, &Silent).await.unwrap();
    let made = deploy(&cloud.config, &deployment(&functions), &Silent).await.unwrap();

    // An update that fails leaves what stood, and that can be updated again.
    let error = deploy(&cloud.config, &bad, &Silent).await.unwrap_err();
    let DeployError::Failed { status, resource, .. } = &error else { panic!("{error:?}") };
    assert_eq!((status.as_str(), resource.as_str()), ("UPDATE_ROLLBACK_COMPLETE", "Broken"));
    assert_eq!(outputs(&cloud.config, STACK).await.unwrap(), made);
    assert_eq!(deploy(&cloud.config, &deployment(&functions), &Silent).await.unwrap(), made);
}

#[tokio::test]
async fn a_template_that_is_none_is_refused_with_what_was_said() {
    let cloud = Cloud::start();
    let functions = [relay(cloud.folder.path(), "first")];
    let code = "      CodeUri: ../target/lambda/relay/\n";
    let refused = [
        ("unparsed.yaml", format!("Resources: [\n{code}")),
        ("type.yaml", format!("Resources:\n  X:\n    Type: AWS::No::Such\n    Properties:\n{code}")),
    ];
    for (name, text) in refused {
        let mut bad = deployment(&functions);
        bad.template = cloud.template(name, &text);
        let error = deploy(&cloud.config, &bad, &Silent).await.unwrap_err();
        let DeployError::Create { source, .. } = &error else { panic!("{name}: {error:?}") };
        assert_eq!(source.code(), Some("ValidationError"), "{error}");
        assert!(error.to_string().len() > 40, "says why: {error}");
    }
}

#[tokio::test]
async fn what_does_not_fit_together_is_not_even_uploaded() {
    let cloud = Cloud::start();
    let functions = [relay(cloud.folder.path(), "first")];
    let mut bad = deployment(&functions);
    bad.template = cloud.template("other.yaml", "Resources:\n  F:\n    CodeUri: ../target/lambda/other/\n");
    let error = deploy(&cloud.config, &bad, &Silent).await.unwrap_err();
    assert!(matches!(error, DeployError::Rewrite(_)), "{error:?}");

    let mut absent = deployment(&functions);
    absent.template = cloud.folder.path().join("absent.yaml");
    let error = deploy(&cloud.config, &absent, &Silent).await.unwrap_err();
    assert!(matches!(error, DeployError::Template { .. }), "{error:?}");

    let mut foreign = functions.clone();
    foreign[0].for_lambda = Err("its C library is too old".to_owned());
    let mut to_aws = deployment(&foreign);
    to_aws.destination = Destination::Aws;
    let error = deploy(&cloud.config, &to_aws, &Silent).await.unwrap_err();
    assert!(matches!(error, DeployError::NotForLambda { .. }), "{error:?}");

    let s3 = aws_sdk_s3::config::Builder::from(&cloud.config).force_path_style(true).build();
    let buckets = aws_sdk_s3::Client::from_conf(s3).list_buckets().send().await.unwrap();
    assert_eq!(buckets.buckets().len(), 0);
}

#[tokio::test]
async fn deleting_what_is_not_there_is_done_already() {
    let cloud = Cloud::start();
    delete(&cloud.config, "nothing", Destination::Local, &Silent).await.unwrap();
}
