/** The contract suite of each adapter: the files that hold it against its partner, by the name of its fixture. */
export type Suite = {
  readonly adapter: string;
  readonly folders: readonly string[];
  readonly files: readonly string[];
};

const erp = 'tests/adapters/erp';

export const suites: readonly Suite[] = [
  {
    adapter: 'erp-rest',
    folders: ['adapters/erp'],
    files: [`${erp}/contract.test.ts`, `${erp}/book.test.ts`, `${erp}/receivables.test.ts`],
  },
  {
    adapter: 'erp-soap',
    folders: ['adapters/erp', 'adapters/erp/soap'],
    files: ['contract', 'faults', 'wsdl', 'xml'].map((name) => `${erp}/soap/${name}.test.ts`),
  },
  { adapter: 'erp-file', folders: ['adapters/erp', 'adapters/erp/file'], files: [`${erp}/file/file.test.ts`] },
  {
    adapter: 'wms',
    folders: ['adapters/wms'],
    files: ['contract', 'messages', 'stock'].map((name) => `tests/adapters/wms/${name}.test.ts`),
  },
  {
    adapter: 'tax',
    folders: ['adapters/tax'],
    files: ['contract', 'exactJson'].map((name) => `tests/adapters/tax/${name}.test.ts`),
  },
  { adapter: 'fraud', folders: ['adapters/fraud'], files: ['tests/adapters/fraud/contract.test.ts'] },
  {
    adapter: 'crm',
    folders: ['adapters/crm'],
    files: ['contract', 'translate'].map((name) => `tests/adapters/crm/${name}.test.ts`),
  },
  {
    adapter: 'edi',
    folders: ['adapters/edi/x12', 'adapters/edi/inbound', 'adapters/edi/documents'],
    files: ['documents', 'inbound', 'shippingAdvice', 'answers', 'x12'].map(
      (name) => `tests/adapters/edi/${name}.test.ts`,
    ),
  },
];

/** Holds every recorded conversation; its tests begin with the name of the adapter. */
export const recordedSuite = 'tests/contracts/recorded.test.ts';
