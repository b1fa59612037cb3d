import type { AccruableGoods, StagedLines } from '../../commands/calls/callPorts.ts';
import {
  type Erp,
  type ErpSystems,
  type FraudAnswer,
  type FraudEngine,
  PartnerUnavailable,
  type Tax,
  type Wms,
} from '../../commands/partnerPorts.ts';
import type { PartnerLookups } from '../../commands/ports.ts';

type Stopped = Parameters<Wms['stop']>[0]['lines'];

/** Outside systems as small as they can be: they remember what they were told, and can be switched off or made to refuse. */
export const makePartners = () => {
  const behaviour = {
    down: new Set<'erp' | 'wms' | 'tax' | 'fraud'>(),
    /** What the fraud engine says of an order; undefined: it is still thinking. */
    judges: (_orderId: string): FraudAnswer['decision'] | undefined => 'CLEAR',
    refusingNodes: new Set<string>(),
    refusingChanges: false,
    stops: (lines: Stopped): Stopped => lines,
  };
  const seen = {
    orders: new Map<string, number>(),
    orderChanges: [] as Parameters<Erp['changeOrder']>[0][],
    releases: new Map<string, number>(),
    taxDocuments: new Map<string, string>(),
    assessed: new Map<string, number>(),
  };
  const committed = new Set<string>();

  const mustBeUp = (partner: 'erp' | 'wms' | 'tax' | 'fraud'): void => {
    if (behaviour.down.has(partner)) throw new PartnerUnavailable(partner, `${partner} is away`);
  };
  const count = (map: Map<string, number>, key: string): void => {
    map.set(key, (map.get(key) ?? 0) + 1);
  };

  const erp: Erp = {
    system: 'erp',
    registerOrder: async ({ orderId }) => {
      mustBeUp('erp');
      count(seen.orders, orderId);
      return { kind: 'registered', erpNumber: `SO-${orderId}` };
    },
    changeOrder: async (order) => {
      mustBeUp('erp');
      if (behaviour.refusingChanges) return { kind: 'refused', code: 'ORDER_LOCKED', detail: 'somebody works on it' };
      seen.orderChanges.push(order);
      return { kind: 'changed' };
    },
    importJournals: async ({ contentSha256 }) => {
      mustBeUp('erp');
      return { kind: 'imported', fileSha256: contentSha256 };
    },
    journalOutcomes: async () => ({ kind: 'pending' }),
  };
  const wms: Wms = {
    system: 'wms',
    release: async ({ releaseId, node }) => {
      mustBeUp('wms');
      if (behaviour.refusingNodes.has(node)) return { kind: 'refused', code: 'CANNOT', detail: 'not here' };
      count(seen.releases, releaseId);
      return { kind: 'accepted', warehouseReference: `W-${releaseId}` };
    },
    stop: async ({ lines }) => {
      mustBeUp('wms');
      return { kind: 'stopped', lines: behaviour.stops(lines) };
    },
    messages: async (cursor) => ({ messages: [], cursor }),
    understand: (message) => [message],
  };
  const tax: Tax = {
    engine: 'engine',
    calculate: async ({ docCode, lines }) => {
      mustBeUp('tax');
      const taxLines = lines
        .filter(({ engineCode }) => !engineCode.startsWith('FR'))
        .map(({ reference, amount, tax: given }) => {
          const due = BigInt(given ?? (BigInt(amount) * 825n + 5_000n) / 10_000n);
          return { reference, jurisdiction: 'CA', type: 'SALES', rate: '0.0825', taxable: amount, tax: due.toString() };
        });
      const total = taxLines.reduce((sum, line) => sum + BigInt(line.tax), 0n).toString();
      seen.taxDocuments.set(docCode, total);
      return { kind: 'calculated', docCode, lines: taxLines, tax: total };
    },
    commit: async (_bu, docCode) => {
      mustBeUp('tax');
      committed.add(docCode);
      return { kind: 'committed', tax: seen.taxDocuments.get(docCode) ?? '0' };
    },
    void: async (_bu, docCode) => {
      mustBeUp('tax');
      committed.delete(docCode);
      return { kind: 'voided' };
    },
  };
  const fraud: FraudEngine = {
    engine: 'fraud-engine',
    assess: async ({ orderId, requestedAt }) => {
      mustBeUp('fraud');
      count(seen.assessed, orderId);
      const decision = behaviour.judges(orderId);
      if (decision === undefined) return { kind: 'pending' };
      return { kind: 'decided', decision, reference: `F-${orderId}`, score: '431.5', decidedAt: requestedAt };
    },
  };
  /** No read model follows the log, unless a test puts one here. */
  const accruableGoods: AccruableGoods = async () => ({
    ...{ accrues: true, knownThrough: null, unanswered: 0, goods: [] },
  });
  const taxDocument: PartnerLookups['tax']['document'] = async (_bu, docCode) => {
    mustBeUp('tax');
    if (!seen.taxDocuments.has(docCode)) return undefined;
    return { status: committed.has(docCode) ? 'COMMITTED' : 'SAVED' };
  };
  const lookups: PartnerLookups = {
    erp: {
      order: async (_bu, orderId) => {
        mustBeUp('erp');
        return seen.orders.has(orderId) ? { erpNumber: `SO-${orderId}` } : undefined;
      },
      journalImport: async () => {
        mustBeUp('erp');
        return undefined;
      },
    },
    wms: {
      system: 'wms',
      messages: (cursor, signal) => wms.messages(cursor, 0, signal),
      understand: wms.understand,
      release: async (releaseId) => {
        mustBeUp('wms');
        return seen.releases.has(releaseId) ? { warehouseReference: `W-${releaseId}`, status: 'ACCEPTED' } : undefined;
      },
    },
    tax: {
      document: taxDocument,
      creditMemo: taxDocument,
    },
    fraud: {
      decision: async (orderId) => {
        mustBeUp('fraud');
        return seen.assessed.has(orderId) ? { reference: `F-${orderId}` } : undefined;
      },
    },
  };
  const erps: ErpSystems = { of: () => erp, named: (system) => (system === erp.system ? erp : undefined) };
  const stagedLines: StagedLines = async () => [];
  return { erp, erps, wms, tax, fraud, lookups, behaviour, seen, committed, accruableGoods, stagedLines };
};

export type FakePartners = ReturnType<typeof makePartners>;
