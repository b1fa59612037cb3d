import { describe, expect, test } from '@jest/globals';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { createWmsClient } from '../../../adapters/wms/client.ts';
import { startWmsSimulator } from '../../../adapters/wms/simulator.ts';
import { createWarehouseStock } from '../../../adapters/wms/stock.ts';
import { warehouseStockContract } from '../../contracts/warehouseStockContract.ts';
import { closingAfterEach } from '../../support/closing.ts';
import { byHand, quickHttp, strike, withFolder } from '../http/peer.ts';
import { aRelease } from './release.ts';

const { signal } = new AbortController();
let movements = 0;

const open = async (directory?: string) => {
  const running = await startWmsSimulator({
    ...{ serve: serveSimulator, mode: 'manual', ...(directory !== undefined && { directory }) },
  });
  const { send } = quickHttp(running.url, { breakerFailures: 1_000 });
  const move = (...moved: readonly object[]) => byHand(running.url, '/control/stock', { movements: moved });
  return {
    stock: createWarehouseStock({ system: 'WMS-SIM', send }),
    wms: createWmsClient({ system: 'WMS-SIM', send, sendFeed: send }),
    strike: (fault: Parameters<typeof strike>[1]) => strike(running.url, fault),
    ship: async (releaseId: string, shipmentNumber?: string) => {
      const lines = [
        { lineReference: '10', quantity: '7' },
        { lineReference: '20', quantity: '2' },
      ];
      await byHand(running.url, '/control/ship', {
        releaseId,
        lines,
        ...(shipmentNumber !== undefined && { shipmentNumber }),
      });
    },
    move,
    shelve: async (bu: string, node: string, ...goods: readonly (readonly [item: string, quantity: string])[]) => {
      const place = { depositorCode: bu, warehouseCode: node };
      movements += 1;
      await move(
        ...goods.map(([itemNumber, quantity]) => ({
          id: `${itemNumber}:${movements}`,
          ...place,
          itemNumber,
          quantity,
        })),
      );
    },
    close: running.close,
  };
};

warehouseStockContract('the simulated warehouse', open);

describe('the shelves of the simulated warehouse', () => {
  const closed = closingAfterEach();
  const onHand = async (peer: Awaited<ReturnType<typeof open>>, reportId: string) => {
    await peer.stock.take('ACME', reportId, signal);
    const { lines } = await peer.stock.lines(reportId, '', signal);
    return lines.find(({ item }) => item === 'BRG-6204')?.onHand;
  };
  const issue = (id: string, shipmentNumber: string) => ({
    ...{ id, depositorCode: 'ACME', warehouseCode: 'DC-EAST', itemNumber: 'BRG-6204', quantity: '-7', shipmentNumber },
  });

  test('what people say and what it tells itself counts once, whichever comes first', async () => {
    const peer = closed(await open());
    await peer.shelve('ACME', 'DC-EAST', ['BRG-6204', '100']);
    for (const releaseId of ['R1', 'R2']) await peer.wms.release(aRelease(releaseId));
    await peer.ship('R1', 'S1');
    for (let n = 0; n < 2; n += 1) await peer.move(issue('i1', 'S1'));
    expect(await onHand(peer, 'A')).toBe('93');
    for (let n = 0; n < 2; n += 1) await peer.move(issue('i2', 'S2'));
    await peer.ship('R2', 'S2');
    expect(await onHand(peer, 'B')).toBe('86');
  });

  test('are the same after a restart, lost messages too', () =>
    withFolder(async (folder) => {
      const first = await open(folder);
      await first.shelve('ACME', 'DC-EAST', ['BRG-6204', '10']);
      await first.wms.release(aRelease('R1'));
      await first.strike({ mode: 'lose', operation: 'messages', times: 1 });
      await first.ship('R1');
      await first.close();
      const second = closed(await open(folder));
      expect(await onHand(second, 'A')).toBe('3');
      expect(await second.stock.sendAgain('R1', 'ASK', signal)).toEqual({ kind: 'promised', messages: 1 });
    }));
});
