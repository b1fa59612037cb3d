import type { Wms } from '../../commands/partnerPorts.ts';
import { badResponse, notRepresentable, read, refusalOf, type Send } from '../http/answers.ts';
import { type FeedOptions, readFeed, understand } from './feed.ts';
import { addressOf } from './lookup.ts';
import { cancellation, cancellationAnswer, errorAnswer, shippingOrder, shippingOrderAnswer } from './schema.ts';
import { sameShippingOrder, toCancellation, toShippingOrder, toStopped } from './translate.ts';

export type WmsClientOptions = {
  /** Name of this warehouse system in events and cross-references. */
  readonly system: string;
  readonly send: Send;
  /** The same for the message feed, with a bulkhead and breaker of its own: a poll that waits must not hold up a release. */
  readonly sendFeed: Send;
};

type Released = Awaited<ReturnType<Wms['release']>>;

const releaseWith =
  ({ system, send }: WmsClientOptions): Wms['release'] =>
  async (release) => {
    const operation = 'release';
    const path = addressOf(release.releaseId);
    const request = shippingOrder.safeParse(toShippingOrder(release));
    if (!request.success) return notRepresentable('the warehouse', request.error);
    const ours = request.data;
    const sent = { operation, method: 'PUT', path, body: JSON.stringify(ours), repeatable: true } as const;
    const said = await send<Released>(sent, (answer) => {
      if (answer.status >= 400) return refusalOf(system, operation, errorAnswer, answer.body);
      const { releaseId, warehouseReference } = read(system, operation, shippingOrderAnswer, answer.body);
      if (releaseId !== release.releaseId) throw badResponse(system, operation, 'answered for another release');
      return { kind: 'accepted', warehouseReference };
    });
    if (said.kind === 'accepted' || said.code !== 'SHIPPING_ORDER_DIFFERS') return said;
    // They may hold our own earlier call written down in another way: what they hold decides, not their comparison.
    const looked = { operation: 'findRelease', method: 'GET', path, repeatable: true } as const;
    const held = await send(looked, ({ status, body }) =>
      status === 200 ? read(system, 'findRelease', shippingOrderAnswer, body) : undefined,
    );
    return held !== undefined && sameShippingOrder(ours, held.order)
      ? { kind: 'accepted', warehouseReference: held.warehouseReference }
      : said;
  };

const stopWith =
  ({ system, send }: WmsClientOptions): Wms['stop'] =>
  async ({ changeId, releaseId, lines }) => {
    const operation = 'stop';
    const request = cancellation.safeParse(toCancellation(changeId, lines));
    if (!request.success) return notRepresentable('the warehouse', request.error);
    const path = `${addressOf(releaseId)}/cancellations`;
    const body = JSON.stringify(request.data);
    const asked = new Map(request.data.lines.map((line) => [line.lineReference, BigInt(line.quantity)]));
    const sent = { operation, method: 'POST', path, body, repeatable: true } as const;
    return send<Awaited<ReturnType<Wms['stop']>>>(sent, (answer) => {
      if (answer.status >= 400) return refusalOf(system, operation, errorAnswer, answer.body);
      const answered = read(system, operation, cancellationAnswer, answer.body);
      if (answered.changeId !== changeId) throw badResponse(system, operation, 'answered for another change');
      const stopped = toStopped(lines, answered);
      if (stopped.some((line) => BigInt(line.qty) > (asked.get(line.lineId) ?? 0n))) {
        throw badResponse(system, operation, 'more was stopped than was asked for');
      }
      return { kind: 'stopped', lines: stopped };
    });
  };

const feedOf = ({ system, sendFeed }: WmsClientOptions): FeedOptions => ({
  system,
  ask: (question, use) => sendFeed({ ...question, method: 'GET', repeatable: true }, use),
});

/** All calls may be repeated: a release by its id, a stop by its change id, the feed by its cursor. */
export const createWmsClient = (options: WmsClientOptions): Wms => ({
  system: options.system,
  release: releaseWith(options),
  stop: stopWith(options),
  messages: (cursor, waitMs, signal) => readFeed(feedOf(options), cursor, waitMs, signal),
  understand,
});
