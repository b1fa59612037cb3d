import type { Client } from '../../../api/client.ts';
import { inParallel } from '../../../commands/inParallel.ts';
import { demoPriceList } from '../../../domain/masterData/demo.ts';
import { startProduct } from '../../support/productProcess.ts';
import type { BenchServer } from '../harness/database.ts';

/** A distributor with traffic of the usual shape: many customers, many items, stock for all of them. */
const customersCount = 200;
const itemsCount = 50;

const customerOf = (n: number): string => `C-B${n % customersCount}`;
const itemOf = (n: number): string => `ITEM-${n % itemsCount}`;

const atOnce = 32;
const stockEach = '100000000';

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

const defineItem = async (client: Client, n: number): Promise<void> => {
  await client.send('admin', 'PUT', `/v1/items/ACME/${itemOf(n)}`, {
    description: `Item ${n}`,
    group: 'GENERAL',
    baseUom: 'EA',
    conversions: [],
    taxCode: 'TPP',
    kind: 'STOCK',
    components: [],
    leadTimeDays: null,
    dropship: null,
    active: true,
  });
};

const stockItem = async (client: Client, n: number): Promise<void> => {
  await client.send('warehouse', 'POST', '/v1/stock-movements', {
    bu: 'ACME',
    node: 'DC-EAST',
    item: itemOf(n),
    kind: 'RECEIPT',
    qty: stockEach,
    uom: 'EA',
    unitCost: '6.00',
    reference: `OPENING-${itemOf(n)}`,
  });
};

const setLimit = (client: Client, customer: string) =>
  client.send('finance', 'POST', `/v1/credit-accounts/${customer}/limits`, {
    bu: 'ACME',
    limit: '900000000000',
    currency: 'USD',
  });

const defineCustomer = async (client: Client, n: number): Promise<void> => {
  const customer = customerOf(n);
  await client.send('admin', 'PUT', `/v1/customers/ACME/${customer}`, {
    name: `Customer ${n}`,
    group: 'INDUSTRIAL',
    active: true,
    billTo: customer,
    shipTos: [{ id: 'MAIN', region: 'US-CA-SANTA-CLARA' }],
    taxCode: 'TAXABLE',
    termsDays: 30,
    priceListId: demoPriceList.priceListId,
    contract: { contractId: `CT-${n}`, discounts: [{ itemGroup: 'GENERAL', ratePct: '8' }] },
  });
  await setLimit(client, customer);
};

/** Builds it on top of the demonstration's, through the public API. */
const defineDistributor = async (client: Client): Promise<void> => {
  await inParallel(numbers(itemsCount), atOnce, (n) => defineItem(client, n));
  const { bu, priceListId, ...list } = demoPriceList;
  await client.send('admin', 'PUT', `/v1/price-lists/${bu}/${priceListId}`, {
    ...list,
    prices: [...list.prices, ...numbers(itemsCount).map((n) => ({ item: itemOf(n), unitPrice: '12.50' }))],
  });
  await inParallel(numbers(itemsCount), atOnce, (n) => stockItem(client, n));
  await inParallel(numbers(customersCount), atOnce, (n) => defineCustomer(client, n));
  await setLimit(client, 'C-1001');
};

/** The database of such a distributor, made on the first call; everybody measures on a copy of it. */
export const createDistributor = (server: () => Promise<BenchServer>): (() => Promise<string>) => {
  const make = async (): Promise<string> => {
    const { connectionString } = await (await server()).newDatabase();
    const product = await startProduct({ connectionString, role: 'api', seed: 'demo' });
    try {
      await defineDistributor(product.client);
    } finally {
      await product.stop();
    }
    return connectionString;
  };
  let making: Promise<string> | undefined;
  return () => (making ??= make());
};

/** Bodies of `POST /v1/orders`; the load generator puts a number of its own in place of `@`. */
export const orderBodies = (options: { readonly lines: number; readonly customer?: string }): readonly string[] =>
  numbers(customersCount * 5).map((n) =>
    JSON.stringify({
      bu: 'ACME',
      channel: 'portal',
      customerPo: 'PO-@',
      soldTo: options.customer ?? customerOf(n),
      shipTo: { id: 'MAIN' },
      currency: 'USD',
      requestedDate: new Date(Date.now() + 8 * 86_400_000).toISOString().slice(0, 10),
      shipComplete: false,
      allowSplit: true,
      allowSubstitute: false,
      charges: [{ code: 'FREIGHT', amount: '1500' }],
      lines: numbers(options.lines).map((line) => ({
        lineId: String((line + 1) * 10),
        item: itemOf(n * 7 + line),
        qty: String(1 + (n % 9)),
        uom: 'EA',
      })),
    }),
  );
