import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export type Tracing = {
  /** Runs `work` in a span; `traceparent` (W3C) names the caller's span when there is one. An error marks the span and is thrown on. */
  readonly inSpan: <T>(
    name: string,
    attributes: SpanAttributes,
    work: () => Promise<T>,
    traceparent?: string,
  ) => Promise<T>;
  /** The present span as a W3C `traceparent`, to be kept with an event or sent with a call. */
  readonly currentTraceparent: () => string | undefined;
  /** As `inSpan`, for work that an older trace caused: a link, because an hour-old span is nobody's parent. */
  readonly inLinkedSpan: <T>(
    name: string,
    attributes: SpanAttributes,
    causes: readonly string[],
    work: () => Promise<T>,
  ) => Promise<T>;
  /** Sends what is left. */
  readonly stop: () => Promise<void>;
};

const tracerName = 'throughline';
const linksMax = 32;

const untraced: Tracing = {
  inSpan: (_name, _attributes, work) => work(),
  currentTraceparent: () => undefined,
  inLinkedSpan: (_name, _attributes, _causes, work) => work(),
  stop: async () => {},
};

/** On only when somebody said where traces go. */
export const isTracingConfigured = (env: Readonly<Record<string, string | undefined>>): boolean => {
  if (env.OTEL_SDK_DISABLED === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return false;
  return [env.OTEL_EXPORTER_OTLP_ENDPOINT, env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, env.OTEL_TRACES_EXPORTER].some(
    (value) => value !== undefined && value !== '',
  );
};

const parentOf = (traceparent: string | undefined) =>
  traceparent === undefined ? context.active() : propagation.extract(context.active(), { traceparent });

const run = <T>(
  name: string,
  options: Parameters<ReturnType<typeof trace.getTracer>['startActiveSpan']>[1],
  parent: ReturnType<typeof context.active>,
  work: () => Promise<T>,
): Promise<T> =>
  trace.getTracer(tracerName).startActiveSpan(name, options, parent, async (span) => {
    try {
      return await work();
    } catch (error) {
      // The class of the error, not its text: messages may quote what was sent.
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
      throw error;
    } finally {
      span.end();
    }
  });

const linksTo = (traceparents: readonly string[]) =>
  [...new Set(traceparents)].slice(0, linksMax).flatMap((traceparent) => {
    const linked = trace.getSpanContext(propagation.extract(context.active(), { traceparent }));
    return linked === undefined ? [] : [{ context: linked }];
  });

/** Spans through the registered OpenTelemetry SDK, whoever registered it. */
export const tracingOverApi = (stop: () => Promise<void>): Tracing => ({
  inSpan: (name, attributes, work, traceparent) =>
    run(
      name,
      { attributes, kind: traceparent === undefined ? SpanKind.INTERNAL : SpanKind.SERVER },
      parentOf(traceparent),
      work,
    ),
  currentTraceparent: () => {
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    return carrier.traceparent;
  },
  inLinkedSpan: (name, attributes, causes, work) =>
    run(name, { attributes, links: linksTo(causes), root: true }, context.active(), work),
  stop,
});

/** Starts the SDK when the environment names an exporter; otherwise nothing is loaded and nothing is measured. */
export const startTracing = async (
  env: Readonly<Record<string, string | undefined>>,
  version: string,
): Promise<Tracing> => {
  if (!isTracingConfigured(env)) return untraced;
  // Loaded on demand: the SDK costs half a second and some 80 MB.
  const { startNodeSdk } = await import('@opentelemetry/sdk-node');
  const sdk = startNodeSdk({
    resourceAttributes: { 'service.name': env.OTEL_SERVICE_NAME ?? 'throughline', 'service.version': version },
    // Metrics are scraped and logs go to stdout: only traces leave by this way.
    metricReaders: [],
    logRecordProcessors: [],
  });
  return tracingOverApi(() => sdk.shutdown());
};
