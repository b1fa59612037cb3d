import { describe, expect, test } from '@jest/globals';
import { nodeReopening } from '../../../domain/orderToCash/nodeReopening.ts';
import { withoutNode } from '../../../domain/orderToCash/withoutNode.ts';
import { feed, recorded } from './samples.ts';

describe('B-06: a node', () => {
  const defined = (active: boolean, more: object = {}) =>
    recorded('NodeDefined', { node: 'DC-WEST', kind: 'DC', active, workingDays: [1, 2, 3, 4, 5], ...more });
  const run = (...events: Parameters<typeof feed>[1]) => feed(nodeReopening, events);

  test('that supplies again offers what it has, once, and names the place that tells of it', () => {
    const before = [defined(true), defined(false), defined(false, { name: 'West' })];
    const again = defined(true);
    const { intents } = run(...before, again, defined(true));
    const payload = { bu: 'ACME', node: 'DC-WEST', definedAt: again.position };
    expect(intents).toMatchObject([{ step: 'offerStock', lane: 'reopening:ACME:DC-WEST', payload }]);
  });

  test('that never worked supplies when it has working days, and a supplier’s never does', () => {
    expect(run(defined(true, { workingDays: [] }), defined(true)).intents).toHaveLength(1);
    expect(run(defined(false), defined(true, { kind: 'SUPPLIER' })).intents).toEqual([]);
  });

  test('that is open from its first day writes nothing', () => {
    expect(run(defined(true), defined(true, { priority: 7 })).issued).toEqual([]);
  });
});

describe('B-06: an order that no node could supply', () => {
  const ordinal = (n: number) => String(n).padStart(5, '0');
  const node = (name: string, active: boolean) =>
    recorded('NodeDefined', { node: name, kind: 'DC', active, workingDays: [1, 2, 3, 4, 5] });
  const candidate = (rejectedBy: string | null) => ({ node: 'DC-WEST', priority: 1, available: '0', rejectedBy });
  const decided = (orderId: string, rejectedBy: string | null = 'NODE_INACTIVE', more: object = {}) =>
    recorded('SourcingDecided', { orderId, shortage: '5', candidates: [candidate(rejectedBy)], ...more });
  const run = (...events: Parameters<typeof feed>[1]) => feed(withoutNode, events);
  const open = () => node('DC-WEST', true);

  test('is sourced again when a node opens, once, the oldest first', () => {
    const closed = [node('DC-WEST', true), node('DC-WEST', false)];
    const { intents } = run(...closed, decided('B'), decided('A'), decided('A'), node('DC-EAST', true), open());
    expect(intents).toMatchObject([{ step: 'sourceAgain', lane: 'sourcing:ACME', payload: { orders: ['A', 'B'] } }]);
  });

  test('is sourced again at once when its decision did not know of a node that is open, once for all its lines', () => {
    const before = open();
    const lines = [
      decided('A', 'NODE_INACTIVE', { decisionId: 'D' }),
      decided('A', 'SUPPLIER_NODE', { decisionId: 'D' }),
    ];
    expect(run(before, ...lines).intents).toMatchObject([{ step: 'sourceAgain', payload: { orders: ['A'] } }]);
  });

  test('is none of those that wait in a queue, or are supplied', () => {
    expect(
      run(decided('A', 'NO_STOCK'), decided('A', null), decided('A', 'NODE_INACTIVE', { shortage: '0' })).issued,
    ).toEqual([]);
    expect(run(decided('A', null, { candidates: [] }), open()).intents).toHaveLength(1);
  });

  test('waits while nodes that cannot supply are defined', () => {
    const supplier = recorded('NodeDefined', { node: 'SUP', kind: 'SUPPLIER', active: true, workingDays: [1] });
    expect(run(decided('A'), node('DC-WEST', false), supplier).intents).toEqual([]);
  });

  test('is one of ten thousand at most for one definition, in appends of few; the next one goes on', () => {
    let { state } = feed(
      withoutNode,
      Array.from({ length: 10_001 }, (_, n) => decided(ordinal(n))),
    );
    const first = feed(withoutNode, [open()], state);
    expect(first.intents).toHaveLength(25);
    expect(first.intents[0]?.payload).toMatchObject({ orders: { length: 400 } });
    state = first.state;
    expect(feed(withoutNode, [open()], state).last).toMatchObject([{ payload: { orders: ['10000'] } }]);
  });
});
