import { streamName } from '../../domain/eventLog.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import { qtyText } from '../../domain/quantity.ts';
import { supplyOf } from '../../domain/stock/collections.ts';
import { expectedOf } from '../../domain/transfer/state.ts';
import { transferDecider } from '../../domain/transfer/transfer.ts';
import { inParallel } from '../inParallel.ts';
import type { Run, StepScript } from './stepRun.ts';
import { loadStock, stockAtOnce, tellStock } from './stockScripts.ts';

/** The positions are told what is to come by the transfer as it is by now, so an intent that is late says nothing that is over. */
const tellExpected = async (run: Run, bu: string, transferId: string, to: string): Promise<void> => {
  const { state } = await run.load(transferDecider, streamName('transfer', bu, transferId));
  await inParallel(state.lines, stockAtOnce, async (line) => {
    const place = { bu, node: to, item: line.item };
    const id = `${run.intentId}:supply:${line.item}`;
    const expected = expectedOf(state, line);
    const of = { ...place, supplyId: transferId };
    if (expected > 0n) {
      const announced = { supplyType: 'TRANSFER', qty: qtyText(expected), availableDate: state.expectedOn } as const;
      await tellStock(run, { type: 'ExpectSupply', ...of, ...announced }, id);
    } else if (supplyOf(await loadStock(run, place), transferId) !== undefined) {
      await tellStock(run, { type: 'CancelSupply', ...of, reason: 'TRANSFER_ENDED' }, id);
    }
  });
};

/** Dated by when the goods moved, as their journals are. Pieces of one item go to one position, in their order. */
export const followTransfer: StepScript<'followTransfer'> = async (run, { goods, at, ...of }) => {
  const costMethod = businessUnitOf(run.catalog.current(), of.bu)?.costMethod ?? 'STANDARD';
  const byItem = [...Map.groupBy(goods, ({ item }) => item).values()];
  await inParallel(byItem, stockAtOnce, async (pieces) => {
    for (const piece of pieces) {
      const command = { type: 'MoveTransferred', ...of, ...piece, costMethod, at } as const;
      await tellStock(run, command, `${run.intentId}:${piece.movementId}`, at);
    }
  });
  await tellExpected(run, of.bu, of.transferId, of.to);
};
