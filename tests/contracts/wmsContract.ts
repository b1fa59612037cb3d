import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FeedMessage, Wms } from '../../commands/partnerPorts.ts';
import type { WmsLookup } from '../../commands/ports.ts';
import { aRelease } from '../adapters/wms/release.ts';

/** A warehouse system that a contract run may break and move by hand. It ships nothing by itself. */
type WmsUnderTest = {
  readonly wms: Wms;
  readonly lookup: WmsLookup;
  readonly strike: (fault: {
    mode: string;
    times?: number;
    operation?: string;
    ms?: number;
    code?: string;
  }) => Promise<void>;
  readonly move: (
    act: 'pick' | 'ship' | 'short',
    releaseId: string,
    lines?: readonly { readonly lineReference: string; readonly quantity: string }[],
  ) => Promise<void>;
  /** Counted on their side. */
  readonly effects: () => Promise<{ shippingOrders: number; stops: number; messages: number }>;
  readonly close: () => Promise<void>;
};

const never = new AbortController().signal;

/** Everything the feed has, page by page, from `cursor`. */
export const readFeed = async (
  wms: Wms,
  cursor = '',
): Promise<{ messages: readonly FeedMessage[]; cursor: string }> => {
  const messages: FeedMessage[] = [];
  let next = cursor;
  for (;;) {
    const page = await wms.messages(next, 0, never);
    if (page.messages.length === 0) return { messages, cursor: next };
    messages.push(...page.messages);
    next = page.cursor;
  }
};

const stopOf = (releaseId: string, changeId: string, qty: string) => ({
  changeId,
  releaseId,
  shipmentId: `S-${releaseId}`,
  lines: [{ lineId: '10', qty }],
});

/** What every warehouse adapter must do, whichever system is behind it. */
export const wmsContract = (name: string, open: () => Promise<WmsUnderTest>): void => {
  describe(`${name} keeps the warehouse contract`, () => {
    let under: WmsUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    describe('release', () => {
      test('is accepted once, under one reference, however often it is sent', async () => {
        const first = await under.wms.release(aRelease('R1'));
        expect(first).toEqual({ kind: 'accepted', warehouseReference: expect.stringMatching(/\S/) });
        expect(await under.wms.release(aRelease('R1'))).toEqual(first);
        expect((await under.effects()).shippingOrders).toBe(1);
      });

      test('the answer is lost 20 times and there is one shipping order', async () => {
        await under.strike({ mode: 'lose-answer', operation: 'release', times: 20 });
        const references = new Set<string>();
        for (let tries = 0; tries < 20; tries += 1) {
          const answer = await under.wms.release(aRelease('R1')).catch(() => undefined);
          if (answer?.kind === 'accepted') references.add(answer.warehouseReference);
        }
        expect(references.size).toBe(1);
        expect((await under.effects()).shippingOrders).toBe(1);
      });

      test('answered late, delivered twice or overtaken: still one shipping order each', async () => {
        await under.strike({ mode: 'delay', operation: 'release', ms: 600 });
        await under.strike({ mode: 'duplicate', operation: 'release' });
        expect((await under.wms.release(aRelease('R1'))).kind).toBe('accepted');
        await under.strike({ mode: 'reorder', operation: 'release', ms: 200 });
        await Promise.all([under.wms.release(aRelease('R2')), under.wms.release(aRelease('R3'))]);
        expect((await under.effects()).shippingOrders).toBe(3);
      });

      test('a business no is a value with their code', async () => {
        await under.strike({ mode: 'refuse', operation: 'release', code: 'WarehouseClosed' });
        expect(await under.wms.release(aRelease('R1'))).toMatchObject({ kind: 'refused', code: 'WAREHOUSE_CLOSED' });
        expect((await under.effects()).shippingOrders).toBe(0);
      });

      test('the same release with other content is refused', async () => {
        await under.wms.release(aRelease('R1'));
        expect(await under.wms.release({ ...aRelease('R1'), node: 'DC-WEST' })).toMatchObject({ kind: 'refused' });
      });

      test('a warehouse that is down is unavailable and heals', async () => {
        await under.strike({ mode: 'fail', times: 4 });
        await expect(under.wms.release(aRelease('R1'))).rejects.toMatchObject({ name: 'PartnerUnavailable' });
        expect((await under.wms.release(aRelease('R1'))).kind).toBe('accepted');
      });
    });

    describe('stop', () => {
      test('stops what has not left, at most what was asked for, and says so again when asked again', async () => {
        await under.wms.release(aRelease('R1'));
        await under.move('ship', 'R1', [{ lineReference: '10', quantity: '4' }]);
        expect(await under.wms.stop(stopOf('R1', 'C1', '1'))).toEqual({
          kind: 'stopped',
          lines: [{ lineId: '10', qty: '1' }],
        });
        const second = { kind: 'stopped', lines: [{ lineId: '10', qty: '2' }] };
        expect(await under.wms.stop(stopOf('R1', 'C2', '7'))).toEqual(second);
        expect(await under.wms.stop(stopOf('R1', 'C2', '7'))).toEqual(second);
        expect((await under.effects()).stops).toBe(2);
      });

      test('the answer is lost: asked again, the same quantity is stopped once', async () => {
        await under.wms.release(aRelease('R1'));
        await under.strike({ mode: 'lose-answer', operation: 'stop', times: 2 });
        const stopped = { kind: 'stopped', lines: [{ lineId: '10', qty: '3' }] };
        expect(await under.wms.stop(stopOf('R1', 'C1', '3'))).toEqual(stopped);
        expect(await under.wms.stop(stopOf('R1', 'C2', '7'))).toMatchObject({ lines: [{ qty: '4' }] });
      });

      test('what has left cannot be stopped: the answer is nothing, not an error', async () => {
        await under.wms.release(aRelease('R1'));
        await under.move('ship', 'R1');
        expect(await under.wms.stop(stopOf('R1', 'C1', '7'))).toMatchObject({ kind: 'stopped', lines: [{ qty: '0' }] });
      });

      test('a release that they do not know is refused', async () => {
        expect(await under.wms.stop(stopOf('R9', 'C1', '1'))).toMatchObject({
          kind: 'refused',
          code: 'SHIPPING_ORDER_NOT_FOUND',
        });
      });
    });

    describe('messages', () => {
      test('S-04: picked, shipped and short arrive in order, in our words', async () => {
        await under.wms.release(aRelease('R1'));
        await under.move('pick', 'R1');
        await under.move('ship', 'R1', [{ lineReference: '10', quantity: '5' }]);
        await under.move('short', 'R1', [{ lineReference: '10', quantity: '2' }]);
        expect((await readFeed(under.wms)).messages).toMatchObject([
          {
            kind: 'PICKED',
            shipmentId: 'S-R1',
            lines: [
              { lineId: '10', qty: '7' },
              { lineId: '20', qty: '2' },
            ],
          },
          { kind: 'SHIPPED', shipmentId: 'S-R1', lines: [{ lineId: '10', qty: '5' }] },
          { kind: 'SHORTED', shipmentId: 'S-R1', lines: [{ lineId: '10', qty: '2' }] },
        ]);
      });

      test('a lost answer loses no message: the cursor moves only when we have them', async () => {
        await under.wms.release(aRelease('R1'));
        await under.move('ship', 'R1');
        await under.strike({ mode: 'lose-answer', operation: 'messages', times: 2 });
        const { messages, cursor } = await readFeed(under.wms);
        expect(messages).toHaveLength(1);
        await under.wms.release(aRelease('R2'));
        await under.move('ship', 'R2');
        expect((await readFeed(under.wms, cursor)).messages).toMatchObject([{ shipmentId: 'S-R2' }]);
      });

      test('twice and out of order: every message is there, with its own id', async () => {
        await under.wms.release(aRelease('R1'));
        await under.move('pick', 'R1');
        await under.move('ship', 'R1');
        await under.strike({ mode: 'duplicate', operation: 'messages' });
        await under.strike({ mode: 'reorder', operation: 'messages' });
        const { messages } = await readFeed(under.wms);
        expect(messages.map(({ kind }) => kind)).toEqual(['SHIPPED', 'SHIPPED', 'PICKED', 'PICKED']);
        expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(2);
      });

      test('a poll waits for a message, and ends when we leave', async () => {
        await under.wms.release(aRelease('R1'));
        const poll = under.wms.messages('', 5_000, never);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await under.move('ship', 'R1');
        expect((await poll).messages).toHaveLength(1);
        const leave = new AbortController();
        const idle = under.wms.messages('1', 30_000, leave.signal);
        setTimeout(() => leave.abort(), 50);
        expect(await idle).toEqual({ messages: [], cursor: '1' });
      });
    });

    describe('what they hold is asked without touching it', () => {
      test('a release: nothing, then its reference and how far it is, also when the answer was lost', async () => {
        expect(await under.lookup.release('R1', never)).toBeUndefined();
        await under.strike({ mode: 'lose-answer', operation: 'release' });
        const accepted = await under.wms.release(aRelease('R1'));
        const reference = accepted.kind === 'accepted' ? accepted.warehouseReference : '';
        expect(await under.lookup.release('R1', never)).toEqual({ warehouseReference: reference, status: 'ACCEPTED' });
        await under.move('ship', 'R1');
        expect(await under.lookup.release('R1', never)).toMatchObject({ status: 'SHIPPED' });
        expect((await under.effects()).shippingOrders).toBe(1);
      });

      test('a warehouse that is away, broken or silent is unavailable, never "nothing"', async () => {
        await under.strike({ mode: 'fail', times: 4 });
        await expect(under.lookup.release('R1', never)).rejects.toMatchObject({ name: 'PartnerUnavailable' });
        await under.strike({ mode: 'malformed' });
        await expect(under.lookup.release('R1', never)).rejects.toMatchObject({ class: 'BAD_RESPONSE' });
        await under.strike({ mode: 'delay', ms: 5_000 });
        await expect(under.lookup.release('R1', AbortSignal.timeout(50))).rejects.toMatchObject({ class: 'ABORTED' });
      });
    });
  });
};
