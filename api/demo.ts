import { randomUUID } from 'node:crypto';
import { CallRefused, type Client } from './client.ts';
import { demoService } from './demoService.ts';
import { moneyText, paint, type Tree, table, tree } from './terminal.ts';

type Order = {
  readonly orderId: string;
  readonly status: string;
  readonly totals: { readonly net: string };
  readonly lines: readonly {
    readonly lineId: string;
    readonly status: string;
    readonly allocated: string;
    readonly backordered: string;
    readonly invoiced: string;
  }[];
  readonly releases: readonly {
    readonly shipmentId: string;
    readonly releaseId: string;
    readonly node: string;
    readonly status: string;
    readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
  }[];
};
type Invoice = {
  readonly invoiceId: string;
  readonly number: string;
  readonly totals: { readonly total: string; readonly tax: string };
};
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
    readonly debit: string;
    readonly credit: string;
    readonly closing: string;
  }[];
  readonly totalDebit: string;
  readonly totalCredit: string;
};
type List<T> = { readonly items: readonly T[] };

const waitMs = 20_000;

const say = (text: string): void => console.log(`\n${paint('▸', 'cyan')} ${text}`);

const until = async <T>(what: string, read: () => Promise<T>, good: (value: T) => boolean): Promise<T> => {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const value = await read();
    if (good(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`Waited ${waitMs / 1000} s in vain until ${what}. What it says now: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const receive = (client: Client, qty: string) =>
  client.send('warehouse', 'POST', '/v1/stock-movements', {
    bu: 'ACME',
    node: 'DC-EAST',
    item: 'BRG-6204',
    kind: 'RECEIPT',
    qty,
    uom: 'EA',
    unitCost: '6.00',
    reference: `DEMO-${randomUUID()}`,
  });

/** Confirms a release by hand, unless the warehouse did it before us. */
const confirm = async (client: Client, order: Order, release: Order['releases'][number]): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const shipment = await client.get<{ status?: string; state?: string }>(
    'warehouse',
    `/v1/shipments/${release.shipmentId}`,
  );
  if ((shipment.status ?? shipment.state) === 'CONFIRMED') return;
  await client
    .send('warehouse', 'POST', `/v1/shipments/${release.shipmentId}/confirmations`, {
      confirmationId: `${release.releaseId}-1`,
      shippedAt: new Date().toISOString(),
      lines: release.lines.map((line) => ({ orderId: order.orderId, lineId: line.lineId, qty: line.qty, uom: 'EA' })),
    })
    .catch((error: unknown) => {
      if (!(error instanceof CallRefused && error.code === 'BUSINESS_KEY_REUSED')) throw error;
    });
};

const shipAndInvoice = async (
  client: Client,
  orderId: string,
  release: Order['releases'][number],
  invoicesBefore: number,
) => {
  const order = await client.get<Order>('channel', `/v1/orders/${orderId}`);
  await confirm(client, order, release);
  const invoices = await until(
    'the shipment is invoiced',
    () => client.get<List<Invoice>>('finance', `/v1/invoices?orderId=${orderId}`),
    (list) => list.items.length > invoicesBefore && list.items.every((invoice) => invoice.number !== null),
  );
  const known = invoices.items.map(
    (invoice) => `${invoice.number}: ${moneyText(invoice.totals.total)} of which tax ${moneyText(invoice.totals.tax)}`,
  );
  say(`Shipped from ${release.node}; invoices now: ${known.join(', ')}.`);
  return invoices.items;
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

const showLedger = async (client: Client, orderId: string): Promise<void> => {
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

const showBalance = async (client: Client): Promise<void> => {
  const period = new Date().toISOString().slice(0, 7).replace('-', '');
  const balance = await client.get<Balance>('finance', `/v1/trial-balance?bu=ACME&ledger=PRIMARY&period=${period}`);
  say(`The trial balance of ${period}:`);
  const rows = balance.items.map((row) => [
    row.account,
    row.role,
    moneyText(row.debit),
    moneyText(row.credit),
    moneyText(row.closing),
  ]);
  console.log(
    table(
      [
        { title: 'Account' },
        { title: 'Role' },
        { title: 'Debit', align: 'right' },
        { title: 'Credit', align: 'right' },
        { title: 'Closing', align: 'right' },
      ],
      [...rows, ['', 'Total', moneyText(balance.totalDebit), moneyText(balance.totalCredit), '']],
    ),
  );
};

const story = async (client: Client): Promise<void> => {
  say('7 bearings BRG-6204 arrive at DC-EAST at 6.00 each.');
  await receive(client, '7');
  say('A portal customer orders 10 at 12.50 less 8 % by contract, with 15.00 freight.');
  const order = await client.send<Order>('channel', 'POST', '/v1/orders', {
    bu: 'ACME',
    channel: 'portal',
    customerPo: `DEMO-${Date.now()}`,
    soldTo: 'C-1001',
    shipTo: { id: 'MAIN' },
    currency: 'USD',
    requestedDate: new Date(Date.now() + 8 * 86_400_000).toISOString().slice(0, 10),
    shipComplete: false,
    allowSplit: true,
    allowSubstitute: false,
    charges: [{ code: 'FREIGHT', amount: '1500' }],
    lines: [{ lineId: '10', item: 'BRG-6204', qty: '10', uom: 'EA' }],
  });
  console.log(`  order ${order.orderId}, net ${moneyText(order.totals.net)}, ${order.status}`);
  const read = () => client.get<Order>('channel', `/v1/orders/${order.orderId}`);
  const released = await until('the order is released to the warehouse', read, (now) => now.releases.length > 0);
  say(
    `${released.lines[0]?.allocated} are released to the warehouse, ${released.lines[0]?.backordered} are backordered.`,
  );
  const first = released.releases[0];
  if (first === undefined) throw new Error('No release was made.');
  const invoices = await shipAndInvoice(client, order.orderId, first, 0);
  if (released.lines[0]?.backordered !== '0') {
    say('3 more arrive; nobody has to do anything for the backorder.');
    await receive(client, '3');
    const again = await until('the backorder is released', read, (now) => now.releases.length > 1);
    const second = again.releases.find((release) => release.releaseId !== first.releaseId);
    if (second !== undefined) await shipAndInvoice(client, order.orderId, second, invoices.length);
  }
  await showLedger(client, order.orderId);
  await showBalance(client);
};

const main = async (): Promise<void> => {
  console.log('Looking for a running service, or starting a temporary one …');
  const service = await demoService(process.env.DATA_DIR ?? '.throughline');
  console.log(
    service.temporary ? `Temporary service at ${service.client.url}.` : `Using the service at ${service.client.url}.`,
  );
  try {
    await story(service.client);
    say('Every figure above came through the public API.');
  } finally {
    await service.stop();
  }
};

await main().catch((error: unknown) => {
  console.error(`\nThe demonstration stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
