import { describe, expect, test } from '@jest/globals';
import { readStockReport } from '../../adapters/edi/inbound/stockReport.ts';
import type { Violation } from '../../commands/application.ts';
import type { StockSnapshotInput } from '../../commands/calls/snapshotContent.ts';
import type { OrderMapping } from '../../commands/edi/inboundPorts.ts';
import type { OfSet } from '../../commands/edi/setOutcome.ts';
import { type StockReportPorts, takeStockReport } from '../../commands/edi/takeStockReport.ts';
import type { CommandContext, Receipt } from '../../commands/ports.ts';
import { emptyCatalog } from '../../domain/masterData/catalog.ts';
import { demoPartner } from '../../domain/masterData/demoPartner.ts';
import { snapshotLinesMax } from '../../domain/stockSnapshot/events.ts';

const context = { commandId: 'C', source: {} } as unknown as CommandContext;
const delimiters = { element: '*', component: '>', repetition: null, segment: '~' };
const words = { ITEM: new Map(), UOM: new Map(), SHIP_TO: new Map(), CHARGE: new Map() };
const warehouse = { nodes: ['3PL'], cancellation: null, stockReports: 'FULL' };
const mapping = { partner: { ...demoPartner, warehouse }, words, version: '1' } as unknown as OrderMapping;

/** An 846 of so many items. */
const reportOf = (items: number): OfSet => {
  const lines = Array.from({ length: items }, (_none, index) => [`LIN**VN*I-${index}`, 'QTY*33*5*EA']).flat();
  const segments = ['BIA*00*DD*INV-1*20261123*100000', ...lines].map((text) => {
    const [id = '', ...elements] = text.split('*');
    return { id, elements };
  });
  const at = { place: '1.1', kind: '846', set: '0001', of: { group: '1' } };
  const opened = { interchange: '7', stockReport: () => readStockReport(segments, delimiters, mapping) };
  return { opened, mapping, stream: 'inbox-ACME.X', at } as unknown as OfSet;
};

/** What is recorded, once under each number; `wrongWith` names the items that nobody knows. */
const taking = (wrongWith: readonly string[] = [], killedAt?: number) => {
  const recorded = new Map<string, StockSnapshotInput>();
  const commandIds = new Set<string>();
  const check = (input: StockSnapshotInput): readonly Violation[] =>
    input.lines.flatMap(({ item }, index) =>
      wrongWith.includes(item) ? [{ pointer: `/lines/${index}/item`, code: 'ITEM_UNKNOWN', detail: item }] : [],
    );
  const ports: StockReportPorts = {
    catalog: { current: () => emptyCatalog },
    checkStockSnapshot: async (input) => check(input),
    recordStockSnapshot: async ({ ifMatch: _, ...input }, { commandId }) => {
      if (recorded.size === killedAt) throw new Error('killed');
      const violations = check(input);
      if (violations.length > 0) return { kind: 'invalid', violations };
      recorded.set(input.snapshotId, input);
      commandIds.add(commandId);
      const value = { snapshotId: input.snapshotId, dialectVersion: 1, lines: [] };
      return { kind: 'done', value, receipt: {} as Receipt };
    },
  };
  return { ports, recorded, commandIds };
};

describe('an 846 with more items than a snapshot may have', () => {
  const many = 2 * snapshotLinesMax + 1;

  test('S-14: is snapshots of one moment, the first of all there is and the others parts of it, also when it is taken again', async () => {
    const { ports, recorded, commandIds } = taking();
    expect(await takeStockReport(ports, reportOf(many), context)).toMatchObject({
      ...{ type: 'StockReportTaken', data: { node: '3PL', snapshotId: '846:LAKESHORE:INV-1' } },
    });
    await takeStockReport(ports, reportOf(many), context);
    expect(commandIds.size).toBe(3);
    expect([...recorded.values()].map(({ snapshotId, scope, lines }) => [snapshotId, scope, lines.length])).toEqual([
      ['846:LAKESHORE:INV-1', 'FULL', snapshotLinesMax],
      ['846.2:LAKESHORE:INV-1', 'PARTIAL', snapshotLinesMax],
      ['846.3:LAKESHORE:INV-1', 'PARTIAL', 1],
    ]);
    expect(new Set([...recorded.values()].map(({ takenAt }) => takenAt)).size).toBe(1);
    expect(recorded.get('846.3:LAKESHORE:INV-1')?.lines).toEqual([
      { item: `I-${many - 1}`, uom: 'EA', said: [{ word: '33', qty: '5' }] },
    ]);
  });

  test('is all of it or nothing: what nobody knows is told at its own segment, and no part is recorded', async () => {
    const { ports, recorded } = taking([`I-${many - 1}`]);
    expect(await takeStockReport(ports, reportOf(many), context)).toMatchObject({
      type: 'TransactionSetRejected',
      // ST, BIA, and two segments an item.
      data: { errors: [{ code: 'ITEM_UNKNOWN', segment: 'LIN', segmentNo: 2 * many + 1 }] },
    });
    expect(recorded.size).toBe(0);
  });

  test('is taken to its end by whoever comes after a process that was killed', async () => {
    const { ports, recorded } = taking([], 1);
    await expect(takeStockReport(ports, reportOf(many), context)).rejects.toThrow('killed');
    const again = taking();
    for (const [id, input] of recorded) again.recorded.set(id, input);
    await takeStockReport(again.ports, reportOf(many), context);
    expect(again.recorded.get('846:LAKESHORE:INV-1')).toEqual(recorded.get('846:LAKESHORE:INV-1'));
    expect(again.recorded.size).toBe(3);
  });
});
