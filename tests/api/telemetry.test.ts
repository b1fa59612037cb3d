import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { startNodeSdk } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { observeEvents } from '../../adapters/telemetry/eventMetrics.ts';
import { makeLogger } from '../../adapters/telemetry/log.ts';
import { boundedLabel, makeMetrics } from '../../adapters/telemetry/metrics.ts';
import { isTracingConfigured, startTracing, tracingOverApi } from '../../adapters/telemetry/tracing.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { leastMs, msOf } from '../support/leastMs.ts';
import { samples } from './samples.ts';
import { readings } from './telemetryReadings.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

const event = (type: string, data: object, recordedAt = '2026-11-23T08:00:10.000Z'): RecordedDomainEvent =>
  ({ type, data, recordedAt, metadata: { occurredAt: '2026-11-23T08:00:09.500Z' } }) as unknown as RecordedDomainEvent;

describe('metrics', () => {
  test('O-14 to O-20 every name of the specification is exposed', async () => {
    const { text, contentType } = await makeMetrics(readings).expose();
    expect(contentType).toMatch(/^text\/plain/);
    for (const name of [
      'o2c_order_acceptance_latency_seconds',
      'o2c_orders_total',
      'o2c_reservation_attempts_total',
      'o2c_oversell_prevented_total',
      'o2c_promise_changed_total',
      'o2c_shipment_confirmation_lag_seconds',
      'o2c_invoice_posting_seconds',
      'o2c_adapter_errors_total',
      'o2c_gl_unbalanced_refused_total',
      'o2c_replays_total',
      'o2c_idempotency_total',
      'o2c_exceptions_open',
      'o2c_exception_age_seconds',
      'o2c_sla_breaches_total',
      'o2c_dead_letters',
      'o2c_lineage_complete_ratio',
      'o2c_projection_lag_seconds',
      'o2c_rebuild_difference_rows',
      'o2c_lane_blocked',
      'o2c_gl_unmapped',
      'o2c_checkpoint_age_seconds',
      'http_request_duration_seconds',
    ]) {
      expect(text).toContain(`# TYPE ${name} `);
    }
    expect(text).toContain('o2c_dead_letters{consumer="orders"} 2');
    expect(text).toContain('o2c_lane_blocked{group="process:credit"} 4');
    expect(text).toContain('o2c_group_paused{group="adapter",key="erp",by="service"} 1');
    expect(text).toContain('o2c_group_waiting_steps{group="channel",key="edi"} 3');
    expect(text).toContain('o2c_group_lag_seconds{group="adapter",key="erp"} 90');
    expect(text).toContain('o2c_group_steps_per_second_max{group="channel",key="edi"} 0.5');
    expect(text).toContain('o2c_projection_lag_seconds{projection="gl_staging"} 1');
    expect(text).toContain('o2c_step_backlog_seconds{adapter="erp"} 70');
    expect(text).toContain('o2c_rebuild_difference_rows{projection="orders",class="unexpected"} 4');
    expect(text).toContain('o2c_rebuild_progress_ratio{projection="orders"} 0.5');
    expect(text).toContain('o2c_webhook_deliveries_waiting 12');
    expect(text).toContain('o2c_webhook_delivery_age_seconds 34');
    expect(text).toContain('o2c_event_stream_held_seconds 78');
    expect(text).toContain('o2c_event_consumer_lag_seconds{consumer="ACME/figures"} 56');
    expect(text).toContain('o2c_exceptions_open{class="ORDER_HELD"} 2');
    expect(text).toContain('o2c_exception_age_seconds{class="ORDER_HELD"} 61');
    expect(text).toContain('o2c_gl_unmapped 3');
    expect(text).toContain('o2c_lineage_complete_ratio 0.5');
  });

  /** What a scrape says after these events. */
  const exposed = async (...events: readonly RecordedDomainEvent[]): Promise<string> => {
    const metrics = makeMetrics(readings);
    const observe = observeEvents(metrics);
    for (const each of events) observe(each);
    return (await metrics.expose()).text;
  };

  test('O-14: how long an order took to be accepted or held, by channel and business unit', async () => {
    const text = await exposed(
      event('OrderSubmitted', { orderId: 'A', channel: 'portal', bu: 'ACME' }),
      event('OrderAccepted', { orderId: 'A', channel: 'portal' }),
      event('OrderSubmitted', { orderId: 'B', channel: 'edi', bu: 'NORD' }),
      event('OrderHeld', { orderId: 'B', bu: 'NORD' }, '2026-11-23T08:00:11.000Z'),
    );
    expect(text).toContain('o2c_orders_total{result="accepted",channel="portal"} 1');
    expect(text).toContain('o2c_orders_total{result="held",channel="edi"} 1');
    expect(text).toContain('o2c_order_acceptance_latency_seconds_sum{bu="ACME",channel="portal"} 0.5');
    expect(text).toContain('o2c_order_acceptance_latency_seconds_sum{bu="NORD",channel="edi"} 1.5');
  });

  test('O-15: requests for stock, by what became of them', async () => {
    const text = await exposed(
      event('StockReserved', { cause: 'REQUEST' }),
      event('StockReserved', { cause: 'REQUEST' }),
      event('StockReserved', { cause: 'BACKORDER' }),
      event('StockReserved', { cause: 'REQUEST', takenFrom: 'R' }),
      event('ReservationRefused', {}),
    );
    for (const [result, count] of [
      ['reserved', 2],
      ['backorder_filled', 1],
      ['taken_over', 1],
      ['refused', 1],
    ])
      expect(text).toContain(`o2c_reservation_attempts_total{result="${result}"} ${count}`);
    expect(text).toContain('o2c_oversell_prevented_total 1');
  });

  test('O-16: how late a warehouse tells what has left, by warehouse', async () => {
    const left = (node: string, shippedAt: string) => event('ShipmentConfirmed', { node, shippedAt });
    const text = await exposed(
      left('DC-EAST', '2026-11-23T07:00:10.000Z'),
      left('DC-EAST', '2026-11-23T07:59:10.000Z'),
      left('DC-WEST', '2026-11-23T08:00:00.000Z'),
    );
    expect(text).toContain('o2c_shipment_confirmation_lag_seconds_sum{node="DC-EAST"} 3660');
    expect(text).toContain('o2c_shipment_confirmation_lag_seconds_count{node="DC-EAST"} 2');
    expect(text).toContain('o2c_shipment_confirmation_lag_seconds_sum{node="DC-WEST"} 10');
  });

  test('O-17: from the goods leaving to the acknowledgement of the ERP, once for each invoice', async () => {
    const text = await exposed(
      event('InvoiceDrafted', { invoiceId: 'I', shippedAt: '2026-11-23T07:59:10.000Z' }),
      event('InvoicePosted', { invoiceId: 'I' }),
      event('InvoicePosted', { invoiceId: 'I' }, '2026-11-24T08:00:10.000Z'),
    );
    expect(text).toContain('o2c_invoice_posting_seconds_sum 60');
    expect(text).toContain('o2c_invoice_posting_seconds_count 1');
  });

  test('O-18: open exceptions and the age of the oldest, by class', async () => {
    const text = await exposed(event('CaseOpened', { class: 'ORDER_HELD' }));
    expect(text).toContain('o2c_exceptions_open{class="ORDER_HELD"} 2');
    expect(text).toContain('o2c_exception_age_seconds{class="ORDER_HELD"} 61');
    expect(text).toContain('o2c_sla_breaches_total{sla="ORDER_HELD"} 1');
  });

  test('changed promises are counted by their cause', async () => {
    const text = await exposed(event('PromiseChanged', { cause: 'SUPPLY_RESCHEDULED' }));
    expect(text).toContain('o2c_promise_changed_total{cause="SUPPLY_RESCHEDULED"} 1');
  });

  test('orders that may be repetitions are counted by the rule that found them', async () => {
    const metrics = makeMetrics(readings);
    metrics.countDuplicate('SAME_LINES');
    expect((await metrics.expose()).text).toContain('o2c_duplicate_orders_total{rule="SAME_LINES"} 1');
  });

  test('O-19: replays, by what was replayed and why', async () => {
    const replayed = (reason: string, ...consumers: readonly string[]) =>
      event('ReplayFinished', { reason, lanes: consumers.map((consumer) => ({ consumer })) });
    const text = await exposed(replayed('the fix', 'orders', 'outbox'), replayed('the fix', 'outbox'));
    expect(text).toContain('o2c_replays_total{consumer="orders",reason="the fix"} 1');
    expect(text).toContain('o2c_replays_total{consumer="outbox",reason="the fix"} 2');
  });

  test('a batch that was refused for its balance is counted, other refusals are not', async () => {
    const metrics = makeMetrics(readings);
    const request = { method: 'POST', route: '/v1/gl-batches', status: 409, seconds: 0.1 };
    for (const code of ['JOURNAL_UNBALANCED', 'BATCH_EMPTY', undefined]) metrics.observeRequest({ ...request, code });
    expect((await metrics.expose()).text).toContain('o2c_gl_unbalanced_refused_total 1');
  });

  test('labels that come from outside stay few', () => {
    const label = boundedLabel(2);
    expect(['a', 'b', 'c', 'a', undefined].map((value) => label(value))).toEqual(['a', 'b', 'other', 'a', 'other']);
  });

  test('a database that is away does not take the metrics with it', async () => {
    const metrics = makeMetrics({
      ...readings,
      glUnmapped: () => Promise.reject(new Error('away')),
      deadLetters: () => new Promise(() => {}),
    });
    metrics.countIdempotency('replayed');
    metrics.countNotice('stuck');
    let text = '';
    const exposes = () =>
      msOf(async () => {
        text = (await metrics.expose()).text;
      });
    expect(await leastMs(3_000, exposes)).toBeLessThan(3_000);
    expect(text).toContain('o2c_idempotency_total{outcome="replayed"} 1');
    expect(text).toContain('o2c_webhook_deliveries_total{result="stuck"} 1');
    expect(text).toContain('o2c_lineage_complete_ratio 0.5');
  });
});

describe('logs', () => {
  const logged = (fields: object): Record<string, unknown> => {
    let text = '';
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        text += chunk.toString();
        done();
      },
    });
    makeLogger('info', sink).error(fields, 'it failed');
    return JSON.parse(text) as Record<string, unknown>;
  };

  test('are JSON with an ISO time and the level as text', () => {
    expect(logged({ correlationId: 'c-1' })).toMatchObject({
      level: 'error',
      msg: 'it failed',
      service: 'throughline',
      correlationId: 'c-1',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test('hold no secrets and no personal data, at any depth and inside error texts', () => {
    const cause = new Error('Bearer abc.def.ghi refused');
    const line = JSON.stringify(
      logged({
        headers: { Authorization: 'Bearer hunter2' },
        a: { b: { password: 'hunter2', customerPo: 'PO-hunter2' } },
        apiKey: 'hunter2',
        email: 'hunter2',
        err: new Error('connect postgres://app:hunter2@db:5432/x failed', { cause }),
      }),
    );
    expect(line).not.toContain('hunter2');
    expect(line).not.toContain('abc.def.ghi');
    expect(line).toContain('[redacted]');
  });

  test('H31 a line stays one line whatever a partner writes', () => {
    expect(logged({ note: 'a\n{"level":"info","msg":"forged"}\u001b[31m' })).toMatchObject({
      note: 'a\n{"level":"info","msg":"forged"}\u001b[31m',
    });
  });
});

describe('traces', () => {
  const exporter = new InMemorySpanExporter();
  const sdk = startNodeSdk({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    metricReaders: [],
    logRecordProcessors: [],
    logLevel: 'none',
  });
  let api: TestApi;
  beforeAll(async () => {
    api = await makeTestApi({ tracing: tracingOverApi(async () => {}) });
  });
  afterAll(async () => {
    await api.close();
    await sdk.shutdown();
    trace.disable();
    context.disable();
    propagation.disable();
  });

  const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  test('go from the caller through HTTP into the command, and into the envelope of its events', async () => {
    exporter.reset();
    await call(api, 'POST', '/v1/orders', { body: samples.submitOrder?.body, headers: { traceparent: caller } });
    const spans = exporter.getFinishedSpans();
    const http = spans.find((span) => span.name === 'POST /v1/orders');
    const command = spans.find((span) => span.name === 'command submitOrder');
    expect(http?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(http?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(command?.parentSpanContext?.spanId).toBe(http?.spanContext().spanId);
    expect(api.fake.calls.at(-1)?.context.traceparent).toBe(
      `00-0af7651916cd43dd8448eb211c80319c-${command?.spanContext().spanId}-01`,
    );
  });

  test('an error marks the span and says no more than its class', async () => {
    exporter.reset();
    const tracing = tracingOverApi(async () => {});
    await expect(
      tracing.inSpan('fails', {}, async () => {
        throw new TypeError('secret');
      }),
    ).rejects.toThrow('secret');
    expect(exporter.getFinishedSpans()[0]?.status).toMatchObject({ code: 2, message: 'TypeError' });
  });

  test('work that an older trace caused is linked to it, not put below it', async () => {
    exporter.reset();
    await tracingOverApi(async () => {}).inLinkedSpan('project', {}, [caller, caller, 'nonsense'], async () => {});
    const [span] = exporter.getFinishedSpans();
    expect(span?.parentSpanContext).toBeUndefined();
    expect(span?.links.map((link) => link.context.spanId)).toEqual(['b7ad6b7169203331']);
  });

  test('are off unless somebody says where they go', async () => {
    expect(isTracingConfigured({})).toBe(false);
    expect(isTracingConfigured({ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' })).toBe(false);
    expect(isTracingConfigured({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' })).toBe(true);
    const off = await startTracing({}, '0.1.0');
    expect(await off.inSpan('x', {}, async () => 7)).toBe(7);
    expect(off.currentTraceparent()).toBeUndefined();
  });
});
