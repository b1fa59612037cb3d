import { categoryOf, type StreamName } from '../../../domain/eventLog.ts';
import { captured } from './captured.ts';
import { bu, type Draft, type History, type Placed, streamOf } from './draft.ts';
import { released, shipped } from './fulfilled.ts';
import { uuidOf } from './ids.ts';
import { type Issued, invoiced } from './invoiced.ts';
import { opening } from './opening.ts';
import { planOrder } from './plan.ts';
import { posted } from './posted.ts';

/** An event as `log.event` holds it. */
export type HistoryRow = {
  readonly position: number;
  readonly stream: StreamName;
  readonly revision: number;
  readonly category: string;
  readonly eventId: string;
  readonly follows: boolean;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
  readonly recordedAt: string;
};

/** As many orders are under way at once; their events lie between each other's as in a real log. */
const underWay = 200;
const ordersPerBatch = 100;
const startedAt = Date.parse('2026-11-01T00:00:00.000Z');
/** Two thousand events a second: ten million of them are recorded within the open period. */
const eventsPerMs = 2;
const positionDigits = 20;

const metadataOf = ({ stream, data }: Draft, at: string): string => {
  const { orderId } = data as { readonly orderId?: string };
  const about = orderId ?? stream;
  return `{"schemaVersion":1,"occurredAt":"${at}","commandId":"${about}","$correlationId":"${about}","$causationId":"${about}","actor":{"kind":"SYSTEM","id":"process:o2c","roles":[]},"source":{"system":"throughline"},"partition":{"bu":"${bu}"}}`;
};

/** Gives drafts their places. */
const createPlacer = () => {
  const revisions = new Map<string, number>();
  const rows: HistoryRow[] = [];
  let position = 0;
  const place = (drafts: readonly Draft[]): readonly Placed[] =>
    drafts.map((each, index) => {
      const { stream, type, data } = each;
      const follows = drafts[index - 1]?.stream === stream;
      position += 1;
      const revision = (revisions.get(stream) ?? -1) + 1;
      revisions.set(stream, revision);
      const eventId = uuidOf(position);
      const recordedAt = new Date(startedAt + Math.floor(position / eventsPerMs)).toISOString();
      const text = { data: JSON.stringify(data), metadata: metadataOf(each, recordedAt) };
      rows.push({
        position,
        stream,
        revision,
        category: categoryOf(stream),
        eventId,
        follows,
        type,
        ...text,
        recordedAt,
      });
      return { eventId, position: String(position).padStart(positionDigits, '0'), recordedAt };
    });
  /** What belongs to one order is never needed again: a long history must not need much memory. */
  const forget = (streams: readonly string[]): void => {
    for (const stream of streams) revisions.delete(stream);
  };
  return { place, forget, rows, placed: (): number => position };
};

const drive = (history: History, place: (drafts: readonly Draft[]) => readonly Placed[]): void => {
  for (let step = history.next(); step.done !== true; ) step = history.next(place(step.value));
};

type Running = { readonly history: History; step: ReturnType<History['next']> };

/**
 * The history of a distributor, always the same: orders from submission to the acknowledged journal, many under way at
 * once, in every stream and type that the product's own processes write, about 42 events an order. Endless; in pages of
 * some thousand rows, position 1 first. Makes well over 50,000 events a second.
 */
export function* histories(): Generator<readonly HistoryRow[]> {
  const placer = createPlacer();
  drive(opening(), placer.place);
  let nextOrder = 0;
  let invoices = 0;
  let batches = 0;
  let issuedNow: Issued[] = [];

  function* order(): History {
    const plan = planOrder(nextOrder++);
    yield* captured(plan);
    yield* released(plan);
    const { orderId, shipmentId, invoiceId } = plan;
    const kept = plan.staysOpen ? undefined : { confirmed: undefined as Placed | undefined };
    if (kept !== undefined) {
      yield* noting(shipped(plan), (drafts, places) => {
        const index = drafts.findIndex(({ type }) => type === 'ShipmentConfirmed');
        kept.confirmed = places[index] ?? kept.confirmed;
      });
      if (kept.confirmed === undefined) throw new Error('a shipment was confirmed');
      invoices += 1;
      const number = `INV-${String(invoices).padStart(6, '0')}`;
      yield* invoiced(plan, kept.confirmed, number, (issued) => issuedNow.push(issued));
    }
    const own = [streamOf('order', orderId), streamOf('allocation', orderId), streamOf('shipment', shipmentId)];
    // An invoice is told its document later, when its batch is acknowledged.
    placer.forget([
      ...own,
      streamOf('pm', 'o2c', orderId),
      ...(plan.staysOpen ? [streamOf('invoice', invoiceId)] : []),
    ]);
  }

  const begin = (): Running => {
    const history = order();
    return { history, step: history.next() };
  };
  const running = Array.from({ length: underWay }, begin);
  for (;;) {
    for (const [index, each] of running.entries()) {
      if (each.step.done === true) running[index] = begin();
      else each.step = each.history.next(placer.place(each.step.value));
    }
    if (issuedNow.length >= ordersPerBatch) {
      batches += 1;
      drive(posted(batches, issuedNow, String(placer.placed()).padStart(positionDigits, '0')), placer.place);
      placer.forget(issuedNow.map(({ plan }) => streamOf('invoice', plan.invoiceId)));
      issuedNow = [];
    }
    if (placer.rows.length >= 2_000) yield placer.rows.splice(0);
  }
}

/** `history`, with a look at each of its pieces when it has its place. */
function* noting(history: History, look: (drafts: readonly Draft[], places: readonly Placed[]) => void): History {
  for (let step = history.next(); step.done !== true; ) {
    const places = yield step.value;
    look(step.value, places);
    step = history.next(places);
  }
}
