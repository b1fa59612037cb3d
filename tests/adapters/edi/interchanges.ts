import { openInterchange } from '../../../adapters/edi/inbound/envelope.ts';
import type { OpenedInterchange, OrderMapping } from '../../../commands/ports.ts';

// Interchanges of partner NORDBUY, and what its words mean.

export const partner: OrderMapping['partner'] = {
  ...{ bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', active: true, version: 1, usage: 'P', x12Version: '004010' },
  them: { qualifier: '01', id: '123456789', application: 'NORDBUY' },
  us: { qualifier: 'ZZ', id: 'ACMESUPPLY', application: 'ACMESUPPLY' },
  ...{ sends: [], acknowledges: true },
  orders: { channel: 'edi', shipTo: null, leadDays: null, pricesCount: true, quantityChanges: 'TOTAL' },
};
export const mapping: OrderMapping = {
  ...{ partner, currency: 'USD', version: 'NORDBUY@1' },
  conversionOf: (item, uom) => (item === 'BRG-6204' && uom === 'BX' ? { num: '12', den: '1' } : undefined),
  words: {
    ITEM: new Map([['4711', 'BRG-6204']]),
    SHIP_TO: new Map([['DOCK7', 'MAIN']]),
    UOM: new Map([['CA', 'BX']]),
    CHARGE: new Map([['D240', 'FREIGHT']]),
  },
};

export const isa =
  'ISA*00*          *00*          *01*123456789      *ZZ*ACMESUPPLY     *261123*0800*U*00401*000000017*0*P*>';
export const gs = 'GS*PO*NORDBUY*ACMESUPPLY*20261123*0800*17*X*004010';
export const trailers = ['GE*1*17', 'IEA*1*000000017'];
export const textOf = (segments: readonly string[]): string => segments.map((each) => `${each}~\n`).join('');
export const wrapped = (...body: readonly string[]): string =>
  textOf([isa, gs, 'ST*850*0001', ...body, `SE*${body.length + 2}*0001`, ...trailers]);
export const open = (text: string) => openInterchange(Buffer.from(text));
export const opened = (text: string): OpenedInterchange => {
  const found = open(text);
  if (!('groups' in found)) throw new Error(JSON.stringify(found));
  return found;
};
