//! Deliveries of a queue: hidden, counted, given back, taken off.

use std::time::Duration;

use leadlight_ports::memory::MemoryQueue;
use leadlight_ports::{Deliveries, MessageQueue};
use leadlight_tests::deployed::Deployed;

/// What receives from a queue, and waits.
trait Consumer {
    type Queue: MessageQueue + Deliveries;
    fn queue(&self) -> &Self::Queue;
    /// Receipt and receive count of each message that is to be seen now; each is then hidden for a minute.
    async fn receive(&self) -> Vec<(String, u32)>;
    async fn pass(&self, seconds: u64);
}

struct Twin {
    queue: MemoryQueue,
    now: std::cell::Cell<jiff::Timestamp>,
}

impl Consumer for Twin {
    type Queue = MemoryQueue;

    fn queue(&self) -> &MemoryQueue {
        &self.queue
    }

    async fn receive(&self) -> Vec<(String, u32)> {
        let delivered = self.queue.receive(10, Duration::from_mins(1));
        delivered.into_iter().map(|d| (d.receipt, d.receive_count)).collect()
    }

    async fn pass(&self, seconds: u64) {
        self.now.set(self.now.get() + Duration::from_secs(seconds));
        self.queue.set_time(self.now.get());
    }
}

struct Real {
    queue: leadlight_adapters::SqsQueue,
    sqs: aws_sdk_sqs::Client,
    url: String,
}

impl Consumer for Real {
    type Queue = leadlight_adapters::SqsQueue;

    fn queue(&self) -> &leadlight_adapters::SqsQueue {
        &self.queue
    }

    async fn receive(&self) -> Vec<(String, u32)> {
        use aws_sdk_sqs::types::MessageSystemAttributeName::ApproximateReceiveCount;
        let request = self.sqs.receive_message().queue_url(&self.url).visibility_timeout(60);
        let asked =
            request.max_number_of_messages(10).message_system_attribute_names(ApproximateReceiveCount);
        let messages = asked.send().await.unwrap().messages.unwrap_or_default();
        let count =
            |m: &aws_sdk_sqs::types::Message| m.attributes().unwrap()[&ApproximateReceiveCount].parse();
        messages.iter().map(|m| (m.receipt_handle().unwrap().to_owned(), count(m).unwrap())).collect()
    }

    async fn pass(&self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
}

/// Over the twin, whose time is the test's.
pub(crate) async fn the_twin_holds_the_contract_of_deliveries() {
    let queue = MemoryQueue::default();
    deliveries_contract(&Twin { queue, now: jiff::Timestamp::UNIX_EPOCH.into() }).await;
}

async fn deliveries_contract(consumer: &impl Consumer) {
    let queue = consumer.queue();
    queue.send("body", &[]).await.unwrap();
    let (first, count) = consumer.receive().await.remove(0);
    assert_eq!(count, 1);
    assert_eq!(consumer.receive().await, [], "a delivered message is hidden");
    queue.hide(&first, Duration::from_millis(1001)).await.unwrap();
    consumer.pass(1).await;
    assert_eq!(consumer.receive().await, [], "seconds are rounded up");
    consumer.pass(2).await;
    let (second, count) = consumer.receive().await.remove(0);
    assert_eq!(count, 2, "it comes again, and is counted");
    assert_ne!(first, second, "each delivery has a receipt of its own");
    queue.hide(&second, Duration::ZERO).await.unwrap();
    let (third, count) = consumer.receive().await.remove(0);
    assert_eq!(count, 3);
    queue.hide("no receipt", Duration::ZERO).await.unwrap_err();
    queue.delete(&third).await.unwrap();
    consumer.pass(1).await;
    assert_eq!(consumer.receive().await, [], "what was deleted is gone");
    queue.hide(&third, Duration::ZERO).await.unwrap_err();

    queue.send_later("later", Duration::from_millis(1001)).await.unwrap();
    consumer.pass(1).await;
    assert_eq!(consumer.receive().await, [], "it is kept back, and seconds are rounded up");
    consumer.pass(2).await;
    let (late, count) = consumer.receive().await.remove(0);
    assert_eq!(count, 1, "its first delivery");
    queue.delete(&late).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_queue_holds_the_contract_of_deliveries() {
    let deployed = Deployed::new().await;
    // A queue that no function reads.
    let url = deployed.system.stages().unwrap()[3].dead_letters_url.clone();
    let queue = leadlight_adapters::SqsQueue::from_config(&deployed.config, url.clone());
    deliveries_contract(&Real { queue, sqs: deployed.system.sqs(), url }).await;
}
