import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { groupGauges } from './groupMetrics.ts';

// Every instrument with its name, help and labels, as spec 5.6 has them.

const latencySeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10];
const lagSeconds = [60, 300, 900, 1_800, 3_600, 14_400, 86_400, 259_200];

export const instruments = (registers: Registry[]) => ({
  requests: new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: latencySeconds,
    registers,
  }),
  idempotency: new Counter({
    name: 'o2c_idempotency_total',
    help: 'What became of idempotency keys.',
    labelNames: ['outcome'],
    registers,
  }),
  acceptance: new Histogram({
    name: 'o2c_order_acceptance_latency_seconds',
    help: 'Submitted to accepted or held.',
    labelNames: ['channel', 'bu'],
    buckets: latencySeconds,
    registers,
  }),
  orders: new Counter({
    name: 'o2c_orders_total',
    help: 'Orders by what became of them.',
    labelNames: ['result', 'channel'],
    registers,
  }),
  duplicates: new Counter({
    name: 'o2c_duplicate_orders_total',
    help: 'Orders held because they may be repetitions, by the rule that found it.',
    labelNames: ['rule'],
    registers,
  }),
  reservations: new Counter({
    name: 'o2c_reservation_attempts_total',
    help: 'Requests for stock.',
    labelNames: ['result'],
    registers,
  }),
  oversell: new Counter({
    name: 'o2c_oversell_prevented_total',
    help: 'Reservations refused because the stock was gone.',
    registers,
  }),
  promiseChanged: new Counter({
    name: 'o2c_promise_changed_total',
    help: 'Promises to lines that wait which changed, by what was said of supply.',
    labelNames: ['cause'],
    registers,
  }),
  shipmentLag: new Histogram({
    name: 'o2c_shipment_confirmation_lag_seconds',
    help: 'Physical ship time to recorded.',
    labelNames: ['node'],
    buckets: lagSeconds,
    registers,
  }),
  posting: new Histogram({
    name: 'o2c_invoice_posting_seconds',
    help: 'Shipped to acknowledged by the ERP.',
    buckets: lagSeconds,
    registers,
  }),
  adapterErrors: new Counter({
    name: 'o2c_adapter_errors_total',
    help: 'Failed calls to outside systems.',
    labelNames: ['adapter', 'class'],
    registers,
  }),
  replays: new Counter({
    name: 'o2c_replays_total',
    help: 'Lanes that were replayed, by the reason given.',
    labelNames: ['consumer', 'reason'],
    registers,
  }),
  breaches: new Counter({
    name: 'o2c_sla_breaches_total',
    help: 'Clocks that ran over the limit of their service level, as a case was opened for each.',
    labelNames: ['sla'],
    registers,
  }),
  exceptionsOpen: new Gauge({
    name: 'o2c_exceptions_open',
    help: 'Cases that somebody has to act on.',
    labelNames: ['class'],
    registers,
  }),
  exceptionAge: new Gauge({
    name: 'o2c_exception_age_seconds',
    help: 'How long the oldest open case of a class has been open.',
    labelNames: ['class'],
    registers,
  }),
  reconBreaks: new Gauge({
    name: 'o2c_recon_breaks',
    help: 'What partners and we say differently, by what is compared and why it differs.',
    labelNames: ['pair', 'class'],
    registers,
  }),
  reconBreakAge: new Gauge({
    name: 'o2c_recon_break_age_seconds',
    help: 'How long ago the oldest difference was found that is not over.',
    labelNames: ['pair', 'class'],
    registers,
  }),
  reconRuns: new Counter({
    name: 'o2c_recon_runs_total',
    help: 'Comparisons with partners, by how they ended.',
    labelNames: ['pair', 'outcome'],
    registers,
  }),
  unbalanced: new Counter({
    name: 'o2c_gl_unbalanced_refused_total',
    help: 'Batches refused because journals in them do not balance.',
    registers,
  }),
  deadLetters: new Gauge({
    name: 'o2c_dead_letters',
    help: 'Events, steps and messages that a consumer cannot get past without a person or a fix.',
    labelNames: ['consumer'],
    registers,
  }),
  blockedLanes: new Gauge({
    name: 'o2c_lane_blocked',
    help: 'Lanes that do not go on, also those that wait for a partner who is away.',
    labelNames: ['group'],
    registers,
  }),
  setGroups: groupGauges(registers),
  lag: new Gauge({ name: 'o2c_projection_lag_seconds', help: 'Event to row.', labelNames: ['projection'], registers }),
  stepBacklog: new Gauge({
    name: 'o2c_step_backlog_seconds',
    help: 'How long the oldest step has been due that nobody has tried and nobody holds, by the adapter it calls.',
    labelNames: ['adapter'],
    registers,
  }),
  rebuildRows: new Gauge({
    name: 'o2c_rebuild_difference_rows',
    help: 'Rows in which the latest rebuild differed from what readers saw.',
    labelNames: ['projection', 'class'],
    registers,
  }),
  rebuildProgress: new Gauge({
    name: 'o2c_rebuild_progress_ratio',
    help: 'Share of the log that the latest rebuild has read.',
    labelNames: ['projection'],
    registers,
  }),
  notices: new Counter({
    name: 'o2c_webhook_deliveries_total',
    help: 'Tries to hand over a notice, by what became of it; stuck: not tried again by itself.',
    labelNames: ['result'],
    registers,
  }),
  noticesWaiting: new Gauge({
    name: 'o2c_webhook_deliveries_waiting',
    help: 'Notices that were not taken yet and are not stuck, also those of paused subscriptions.',
    registers,
  }),
  noticesAge: new Gauge({
    name: 'o2c_webhook_delivery_age_seconds',
    help: 'How long the oldest of them has waited.',
    registers,
  }),
  streamReaders: new Gauge({
    name: 'o2c_event_stream_readers',
    help: 'Streams of events that are open at this process.',
    registers,
  }),
  streamHeld: new Gauge({
    name: 'o2c_event_stream_held_seconds',
    help: 'For how long an event that cannot be told has held up the event stream for everybody; 0: none does.',
    registers,
  }),
  consumerWaiting: new Gauge({
    name: 'o2c_event_consumer_waiting',
    help: 'Canonical events that a named consumer has yet to acknowledge, up to 10,000.',
    labelNames: ['consumer'],
    registers,
  }),
  consumerLag: new Gauge({
    name: 'o2c_event_consumer_lag_seconds',
    help: 'How long the first of them has waited; of whom none is among 10,000 events, how long the last of these.',
    labelNames: ['consumer'],
    registers,
  }),
  agentsHere: new Gauge({
    name: 'o2c_agents',
    help: 'Agents that are there, of a system that only an agent reaches.',
    labelNames: ['system'],
    registers,
  }),
  agentSilence: new Gauge({
    name: 'o2c_agent_silent_seconds',
    help: 'Since an agent of the system was last heard of; absent where none ever was.',
    labelNames: ['system'],
    registers,
  }),
  unmapped: new Gauge({ name: 'o2c_gl_unmapped', help: 'Journals that wait for an account.', registers }),
  complete: new Gauge({
    name: 'o2c_lineage_complete_ratio',
    help: 'GL lines with a complete way back; 1 is the target.',
    registers,
  }),
  checkpointAge: new Gauge({
    name: 'o2c_checkpoint_age_seconds',
    help: 'Since the last signed checkpoint, or 0 while it covers everything: how long a change would go unnoticed.',
    registers,
  }),
  unsealed: new Gauge({ name: 'o2c_unsealed_events', help: 'Events that no checkpoint covers yet.', registers }),
  sealAlarm: new Gauge({
    name: 'o2c_seal_alarm',
    help: '1 while nothing is signed because the log is not what was sealed.',
    registers,
  }),
});

export type Instruments = ReturnType<typeof instruments>;
