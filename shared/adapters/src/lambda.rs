//! How every function is served: what each invocation counted is told once it is over.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::tower::Layer;
use lambda_runtime::{Error, LambdaEvent, LambdaInvocation, Runtime, Service, service_fn};
use leadlight_ports::batch::{self, Redelivery, Stage};
use leadlight_ports::metrics::{Figure, Invocation, Metrics, count, counted, counted_elsewhere};
use leadlight_ports::{Clock, SystemClock, chain};

use crate::emf::Emf;
use crate::{Config, Noted, SqsQueue, Variables};

/// So long before the function would be ended, what is not done is given back: enough for SQS to be told of it, even
/// where the first call fails.
const TO_GIVE_BACK: Duration = Duration::from_secs(5);

/// What the layer under every function is told.
#[derive(Debug, Clone)]
pub struct MetricsConfig {
    /// `METRICS_NAMESPACE`: where the stack's metrics belong, such as `Leadlight/<stack>`.
    pub namespace: String,
}

impl Config for MetricsConfig {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        Ok(Self { namespace: variables.text("METRICS_NAMESPACE")? })
    }
}

/// What a stage is told of the queue it reads.
#[derive(Debug, Clone)]
pub struct RedeliveryConfig {
    /// `SOURCE_QUEUE_URL`: the queue itself, where messages that failed are hidden for a while.
    pub source_queue_url: String,
    /// `DEAD_LETTER_QUEUE_URL`: where messages go that cannot be handled.
    pub dead_letter_queue_url: String,
    /// `MAX_RECEIVE_COUNT`: the queue's `maxReceiveCount`, so that the last delivery is known as such.
    pub max_receive_count: u32,
}

impl Config for RedeliveryConfig {
    fn read(variables: &mut Variables<'_>) -> Result<Self, Noted> {
        let source_queue_url = variables.text("SOURCE_QUEUE_URL");
        let dead_letter_queue_url = variables.text("DEAD_LETTER_QUEUE_URL");
        let max_receive_count = variables.parsed("MAX_RECEIVE_COUNT", "a whole number");
        Ok(Self {
            source_queue_url: source_queue_url?,
            dead_letter_queue_url: dead_letter_queue_url?,
            max_receive_count: max_receive_count?,
        })
    }
}

/// Serves a function until the environment is shut down, logs under the id of each invocation, and prints what it
/// counted in `CloudWatch`'s embedded metric format: see [`MetricsConfig`].
pub async fn serve_runtime<S>(runtime: Runtime<S>) -> Result<(), Error>
where
    S: Service<LambdaInvocation, Response = (), Error = Error>,
{
    let metrics = Emf::new(MetricsConfig::from_environment()?.namespace, std::io::stdout());
    runtime.layer(TracingLayer::new()).layer(Counting::new(metrics, SystemClock)).run().await
}

/// Serves a stage until the environment is shut down.
pub async fn serve_queue<S: Stage>(
    stage: S,
    redelivery: RedeliveryConfig,
    sdk: &SdkConfig,
) -> Result<(), Error> {
    let redelivery = &Redelivery {
        source: SqsQueue::from_config(sdk, redelivery.source_queue_url),
        dead_letters: SqsQueue::from_config(sdk, redelivery.dead_letter_queue_url),
        max_receive_count: redelivery.max_receive_count,
    };
    let stage = &stage;
    serve_runtime(Runtime::new(service_fn(|event: LambdaEvent<SqsEvent>| {
        let time_is_up = tokio::time::sleep(time_left(&event.context).saturating_sub(TO_GIVE_BACK));
        // On the heap, and its type forgotten: ten leads are worked on in it, and compilers measure how deep it is.
        let work: Pin<Box<dyn Future<Output = _>>> = Box::pin(async move {
            batch::run(stage, redelivery, event.payload, time_is_up).await.map_err(Error::from)
        });
        work
    })))
    .await
}

/// Until Lambda ends the function.
fn time_left(context: &lambda_runtime::Context) -> Duration {
    let now_ms = u64::try_from(SystemClock.now().as_millisecond()).unwrap_or(0);
    Duration::from_millis(context.deadline.saturating_sub(now_ms))
}

/// The layer that counts. It lies outside all others, so that it also counts what they do, and tells after the answer
/// has gone out: nobody waits for it.
#[derive(Debug)]
struct Counting<'a, M, C>(Arc<Teller<M, C>>, PhantomData<&'a ()>);

#[derive(Debug)]
struct Teller<M, C> {
    metrics: M,
    clock: C,
    is_warm: AtomicBool,
}

impl<M: Metrics, C: Clock> Counting<'_, M, C> {
    fn new(metrics: M, clock: C) -> Self {
        Self(Arc::new(Teller { metrics, clock, is_warm: AtomicBool::new(false) }), PhantomData)
    }
}

impl<'a, S, M, C> Layer<S> for Counting<'a, M, C> {
    type Service = CountedFunction<'a, S, M, C>;

    fn layer(&self, inner: S) -> Self::Service {
        CountedFunction { inner, teller: Arc::clone(&self.0), lifetime: PhantomData }
    }
}

/// A function whose invocations are counted.
#[derive(Debug)]
struct CountedFunction<'a, S, M, C> {
    inner: S,
    teller: Arc<Teller<M, C>>,
    lifetime: PhantomData<&'a ()>,
}

impl<'a, S, M, C> Service<LambdaInvocation> for CountedFunction<'a, S, M, C>
where
    S: Service<LambdaInvocation, Response = (), Error = Error>,
    S::Future: 'a,
    M: Metrics + 'a,
    C: Clock + 'a,
{
    type Response = ();
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        let teller = Arc::clone(&self.teller);
        let request_id = invocation.context.request_id.clone();
        let environment = Arc::clone(&invocation.context.env_config);
        let work = self.inner.call(invocation);
        Box::pin(async move {
            let is_cold = !teller.is_warm.swap(true, Ordering::Relaxed);
            let (answered, mut numbers) = counted(async {
                count(Figure::ColdStarts, usize::from(is_cold));
                work.await
            })
            .await;
            numbers.add(counted_elsewhere());
            let told = Invocation {
                function: &environment.function_name,
                request_id: &request_id,
                is_cold,
                ended_at: teller.clock.now(),
            };
            // Metrics that cannot be told must not fail what was done.
            if let Err(error) = teller.metrics.tell(told, &numbers) {
                tracing::error!(reason = chain(&error), request_id, "an invocation's metrics are lost");
            }
            answered
        })
    }
}

#[cfg(test)]
mod tests {
    use leadlight_ports::FixedClock;
    use leadlight_ports::memory::MemoryMetrics;
    use leadlight_ports::metrics::Alarm;

    use super::*;

    fn invocation(request_id: &str) -> LambdaInvocation {
        let mut context = lambda_runtime::Context::default();
        context.request_id = request_id.to_owned();
        let config = lambda_runtime::Config { function_name: "score".to_owned(), ..Default::default() };
        context.env_config = Arc::new(config);
        LambdaInvocation { parts: http::Response::new(()).into_parts().0, body: "{}".into(), context }
    }

    /// Invokes a function twice: what was told, and how the invocations ended.
    async fn twice<F: Future<Output = Result<(), Error>>>(
        work: impl Fn() -> F,
    ) -> (Vec<leadlight_ports::memory::Told>, Vec<bool>) {
        let metrics = MemoryMetrics::default();
        let layer = Counting::new(metrics.clone(), FixedClock("2026-11-20T12:00:00Z".parse().unwrap()));
        let mut function = layer.layer(service_fn(|_: LambdaInvocation| work()));
        let mut ended = Vec::new();
        for id in ["r-1", "r-2"] {
            ended.push(function.call(invocation(id)).await.is_ok());
        }
        (metrics.told(), ended)
    }

    #[tokio::test]
    async fn each_invocation_tells_its_own_numbers_once_and_the_first_is_a_cold_start() {
        let (told, _) = twice(|| async {
            count(Figure::MessagesDone, 2);
            Ok(())
        })
        .await;
        let seen: Vec<_> = told
            .iter()
            .map(|t| {
                (t.function.as_str(), t.request_id.as_str(), t.is_cold, t.counted.of(Figure::MessagesDone))
            })
            .collect();
        assert_eq!(seen, [("score", "r-1", true, 2.0), ("score", "r-2", false, 2.0)]);
        let cold: Vec<_> = told.iter().map(|t| t.counted.of(Figure::ColdStarts)).collect();
        assert_eq!(cold, [1.0, 0.0]);
    }

    #[tokio::test]
    async fn an_invocation_that_fails_tells_all_the_same_what_it_counted() {
        let (told, ended) = twice(|| async {
            leadlight_ports::alarm!(Alarm::LeadsDamaged, 3; "and then it fails");
            Err("the table is away".into())
        })
        .await;
        assert_eq!(ended, [false, false]);
        let damaged: Vec<_> = told.iter().map(|t| t.counted.of(Alarm::LeadsDamaged)).collect();
        assert_eq!(damaged, [3.0, 3.0]);
    }
}
