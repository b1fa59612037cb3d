import { randomUUID } from 'node:crypto';
import { typed } from '../cli/command.ts';
import { dataDir } from '../cli/service.ts';
import { CallRefused, type Client } from '../client.ts';
import { moneyText } from '../terminal.ts';
import { type List, say, showBalance, showLedger, until } from './ledger.ts';
import { demoService } from './service.ts';

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

/** What arrives goes to whoever waits longest, so goods that others wait for come before those of the story. */
const serveOthers = async (client: Client): Promise<void> => {
  const path = '/v1/inventory-positions?bu=ACME&item=BRG-6204';
  const { items } = await client.get<List<{ readonly backordered: string }>>('warehouse', path);
  const owed = items.reduce((sum, { backordered }) => sum + BigInt(backordered), 0n);
  if (owed === 0n) return;
  say(`Other orders wait for ${owed} BRG-6204: these arrive first.`);
  await receive(client, `${owed}`);
};

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

/** Tells the story, and gives the purchase order of its order. */
const story = async (client: Client): Promise<string> => {
  const customerPo = `DEMO-${Date.now()}`;
  await serveOthers(client);
  say('7 bearings BRG-6204 arrive at DC-EAST at 6.00 each.');
  await receive(client, '7');
  say('A portal customer orders 10 at 12.50 less 8 % by contract, with 15.00 freight.');
  const order = await client.send<Order>('channel', 'POST', '/v1/orders', {
    bu: 'ACME',
    channel: 'portal',
    customerPo,
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
  return customerPo;
};

const main = async (): Promise<void> => {
  console.log('Looking for a running service, or starting a temporary one …');
  const service = await demoService(dataDir());
  console.log(
    service.temporary ? `Temporary service at ${service.client.url}.` : `Using the service at ${service.client.url}.`,
  );
  try {
    const customerPo = await story(service.client);
    say('Every figure above came through the public API.');
    if (!service.temporary) say(`All that the order led to, as a tree:  ${typed} trace ${customerPo}`);
  } finally {
    await service.stop();
  }
};

await main().catch((error: unknown) => {
  console.error(`\nThe demonstration stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
