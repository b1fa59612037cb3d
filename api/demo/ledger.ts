import type { Client } from '../client.ts';
import { moneyText, moneyWith, paint, type Tree, table, tree } from '../terminal.ts';

type JournalLine = {
  readonly lineNo: number;
  readonly role: string;
  readonly account: string;
  readonly debit: string;
  readonly credit: string;
};
type Journal = {
  readonly journalId: string;
  readonly templateId: string;
  readonly documentRef: string;
  readonly lines: readonly JournalLine[];
};
type Lineage = {
  readonly nodes: readonly {
    readonly id: string;
    readonly type: string;
    readonly label?: string;
    readonly qty?: string;
    readonly amount?: string;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly kind: string }[];
};
type Balance = {
  readonly items: readonly {
    readonly account: string;
    readonly role: string;
    readonly currency: string;
    readonly debit: string;
    readonly credit: string;
    readonly closing: string;
  }[];
  /** In the currency of the ledger. */
  readonly totalDebit: string;
  readonly totalCredit: string;
  /** By currency, where there are several. */
  readonly totals?: readonly { readonly currency: string; readonly debit: string; readonly credit: string }[];
};
export type List<T> = { readonly items: readonly T[] };

const waitMs = 20_000;

export const say = (text: string): void => console.log(`\n${paint('▸', 'cyan')} ${text}`);

/** Reads until `good`; the wait is bounded. */
export const until = async <T>(what: string, read: () => Promise<T>, good: (value: T) => boolean): Promise<T> => {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const value = await read();
    if (good(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`Waited ${waitMs / 1000} s in vain until ${what}. What it says now: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const treeOf = (lineage: Lineage, id: string, seen: ReadonlySet<string> = new Set()): Tree => {
  const node = lineage.nodes.find((candidate) => candidate.id === id);
  const sizes = [node?.qty && `qty ${node.qty}`, node?.amount && moneyText(node.amount)].filter(Boolean).join(', ');
  const parents = lineage.edges.filter((edge) => edge.to === id && !seen.has(edge.from));
  const known = new Set([...seen, id]);
  return {
    label: `${node?.type ?? ''} ${node?.label ?? id}${sizes === '' ? '' : paint(` (${sizes})`, 'dim')}`,
    children: parents.map((edge) => treeOf(lineage, edge.from, known)),
  };
};

/** The journals of an order, and one of their revenue lines followed back to the order line. */
export const showLedger = async (client: Client, orderId: string): Promise<void> => {
  const journals = await until(
    'the journals are staged',
    () => client.get<List<Journal>>('finance', `/v1/gl-journals?orderId=${orderId}&limit=100`),
    (list) => list.items.filter((journal) => journal.templateId === 'T03').length >= 2,
  );
  const rows = journals.items.flatMap((journal) =>
    journal.lines.map((line) => [
      journal.templateId,
      journal.documentRef,
      line.role,
      line.account,
      moneyText(line.debit),
      moneyText(line.credit),
    ]),
  );
  say('The general ledger journals of this order:');
  console.log(
    table(
      [
        { title: 'Rule' },
        { title: 'Document' },
        { title: 'Role' },
        { title: 'Account' },
        { title: 'Debit', align: 'right' },
        { title: 'Credit', align: 'right' },
      ],
      rows,
    ),
  );
  const sale = journals.items.find((journal) => journal.lines.some((line) => line.role === 'REVENUE_PRODUCT'));
  const line = sale?.lines.find((candidate) => candidate.role === 'REVENUE_PRODUCT');
  if (sale === undefined || line === undefined) throw new Error('No revenue line was staged.');
  const root = `gl-line:${sale.journalId}:${line.lineNo}`;
  const lineage = await client.get<Lineage>(
    'auditor',
    `/v1/audit/lineage?root=${encodeURIComponent(root)}&direction=both`,
  );
  say('Where one revenue line comes from, back to the order line:');
  console.log(tree(treeOf(lineage, root)));
};

/** The trial balance of the present month. */
export const showBalance = async (client: Client): Promise<void> => {
  const period = new Date().toISOString().slice(0, 7).replace('-', '');
  const balance = await client.get<Balance>('finance', `/v1/trial-balance?bu=ACME&ledger=PRIMARY&period=${period}`);
  say(`The trial balance of ${period}:`);
  const rows = balance.items.map(({ account, role, currency, debit, credit, closing }) => [
    account,
    role,
    moneyWith(debit, currency),
    moneyWith(credit, currency),
    moneyWith(closing, currency),
  ]);
  const currency = balance.items[0]?.currency;
  const totals = balance.totals ?? [{ currency, debit: balance.totalDebit, credit: balance.totalCredit }];
  console.log(
    table(
      [
        { title: 'Account' },
        { title: 'Role' },
        { title: 'Debit', align: 'right' },
        { title: 'Credit', align: 'right' },
        { title: 'Closing', align: 'right' },
      ],
      [
        ...rows,
        ...totals.map(({ currency, debit, credit }) => [
          '',
          'Total',
          moneyWith(debit, currency),
          moneyWith(credit, currency),
          '',
        ]),
      ],
    ),
  );
};
