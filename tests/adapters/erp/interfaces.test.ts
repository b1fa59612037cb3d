import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createErpBook } from '../../../adapters/erp/book.ts';
import { createErpClient } from '../../../adapters/erp/client.ts';
import { createFileErp, createFileLookup } from '../../../adapters/erp/file/client.ts';
import { startFileErpSimulator } from '../../../adapters/erp/file/simulator.ts';
import { createErpLookup } from '../../../adapters/erp/lookup.ts';
import { createErpReceivables } from '../../../adapters/erp/receivables.ts';
import { journalImportRequest, salesOrderChange, salesOrderRequest } from '../../../adapters/erp/schema.ts';
import { startErpSimulator } from '../../../adapters/erp/simulator.ts';
import { soapAsking } from '../../../adapters/erp/soap/calls.ts';
import { createSoapErp } from '../../../adapters/erp/soap/client.ts';
import { createSoapLookup } from '../../../adapters/erp/soap/lookup.ts';
import { erpNamespace } from '../../../adapters/erp/soap/messages.ts';
import { startSoapErpSimulator } from '../../../adapters/erp/soap/simulator.ts';
import type { HttpRequest } from '../../../adapters/http/answers.ts';
import { httpDefaults } from '../../../adapters/http/resilience.ts';
import type { ResilientHttp, SendHttp } from '../../../adapters/http/resilientHttp.ts';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import type { Erp, ErpBook } from '../../../commands/partnerPorts.ts';
import type { ErpLookup, ErpReceivables } from '../../../commands/ports.ts';
import { aBatch, aJournal } from '../../contracts/erpContract.ts';
import { asking, quickHttp, withFolder } from '../http/peer.ts';
import { anErpOrder } from './order.ts';
import { soapPath } from './startErp.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/erp-interfaces.md'), 'utf8');

const sectionOf = (title: string): string => {
  const [, text] = page.split(`\n## ${title}\n`);
  if (text === undefined) throw new Error(`the page has no section "${title}"`);
  return text.split('\n## ')[0] ?? '';
};

/** Cells of the rows of a section's table, without its head. */
const rowsOf = (title: string): readonly (readonly string[])[] =>
  [...sectionOf(title).matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | ')).slice(1);

const quotedIn = (text: string | undefined): readonly string[] =>
  [...(text ?? '').matchAll(/`([^`]+)`/g)].map(([, found = '']) => found);

const interfacesOf = (title: string): readonly string[] =>
  rowsOf(title)
    .map(([first = '']) => first)
    .sort();

const { signal } = new AbortController();

/** All that a port can do; one more function does not compile before it is done here, too. */
type EveryCall<Port> = { readonly [Name in Exclude<keyof Port, 'system'>]: (port: Port) => Promise<unknown> };

const callAll = async <Port>(port: Port, calls: EveryCall<Port>): Promise<void> => {
  for (const call of Object.values<(port: Port) => Promise<unknown>>(calls)) await call(port);
};

const order = anErpOrder('O-1');
const batch = aBatch('B-1', [aJournal('J-1'), aJournal('J-2', '100', '9999')]);

const until = async <T>(ask: () => Promise<T>, isGood: (answer: T) => boolean): Promise<T> => {
  for (let asked = 0; asked < 1_000; asked += 1) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('no answer came');
};

const registered = async (erp: Erp): Promise<string> => {
  const answer = await until(
    () => erp.registerOrder(order),
    ({ kind }) => kind !== 'pending',
  );
  return answer.kind === 'registered' ? answer.erpNumber : '';
};

const ofErp: EveryCall<Erp> = {
  registerOrder: registered,
  changeOrder: async (erp) => {
    const changed = { ...order, erpNumber: await registered(erp), changes: 1 };
    return until(
      () => erp.changeOrder(changed),
      ({ kind }) => kind !== 'pending',
    );
  },
  importJournals: (erp) => erp.importJournals(batch),
  journalOutcomes: (erp) =>
    until(
      () => erp.journalOutcomes('ACME', 'B-1'),
      ({ kind }) => kind === 'done',
    ),
};
const ofLookup: EveryCall<ErpLookup> = {
  order: (lookup) => lookup.order('ACME', 'O-1', signal),
  journalImport: (lookup) => lookup.journalImport('ACME', 'B-1', signal),
};
const ofReceivables: EveryCall<ErpReceivables> = { figures: (erp) => erp.figures('ACME', '', signal) };
const line = { lineId: '10', status: 'SHIPPED', shipped: '1', invoiced: '0', cancelled: '0' } as const;
const progress = { orderId: 'O-1', erpNumber: 'SO-100001', version: '7', lines: [line] };
const ofBook: EveryCall<ErpBook> = {
  orders: (book) => book.orders('ACME', ['O-1'], signal),
  tellOrders: (book) => book.tellOrders('ACME', [progress], signal),
  batches: (book) => book.batches('ACME', ['B-1'], signal),
  documents: (book) => book.documents('ACME', 'B-1', '', signal),
};

/** HTTP that notes what is asked. */
const noting = (http: ResilientHttp) => {
  const asked: HttpRequest[] = [];
  const send: SendHttp = (request, use) => {
    asked.push(request);
    return http.send(request, use);
  };
  return { asked, send, http: { ...http, send } };
};

/** The names of all fields of a message, those of what lies in it behind a dot. */
const fieldsOf = (shape: Readonly<Record<string, unknown>>, before = ''): readonly string[] =>
  Object.entries(shape).flatMap(([name, type]) => {
    let inner = type as { readonly unwrap?: () => unknown; readonly shape?: Record<string, unknown> };
    while (inner.shape === undefined && typeof inner.unwrap === 'function') inner = inner.unwrap() as typeof inner;
    return inner.shape === undefined ? [`${before}${name}`] : fieldsOf(inner.shape, `${before}${name}.`);
  });

/** The same of a message that was sent. */
const fieldsIn = (value: unknown, name = ''): readonly string[] => {
  if (Array.isArray(value)) return [...new Set(value.flatMap((each) => fieldsIn(each, name)))];
  if (typeof value !== 'object' || value === null) return [name];
  return Object.entries(value).flatMap(([key, inner]) => fieldsIn(inner, name === '' ? key : `${name}.${key}`));
};

describe('E-03 what an ERP is asked for is what its page says, and nothing has to be built there', () => {
  test('the list of custom objects is empty', () => {
    expect(sectionOf('Custom objects in the ERP')).toMatch(/^\nNone: /);
    expect(rowsOf('Custom objects in the ERP')).toEqual([]);
  });

  test('by REST: reading, creating and changing orders, importing journals; nothing is deleted', async () => {
    const running = await startErpSimulator({ serve: serveSimulator, importDelayMs: 0 });
    try {
      const { asked, send, http } = noting(quickHttp(running.url));
      await callAll(createErpClient({ system: 'erp', send }), ofErp);
      await callAll(createErpLookup({ system: 'erp', ask: asking(http) }), ofLookup);
      await callAll(createErpReceivables({ system: 'erp', ask: asking(http) }), ofReceivables);
      await callAll(createErpBook({ system: 'erp', send }), ofBook);
      const used = asked.map(({ method, path }) => {
        const plain = path
          .replace(/\?.*$/, '')
          .replace(/SO-\d+/, '{number}')
          .replace('B-1', '{batchId}');
        return `\`${method} ${plain}\``;
      });
      expect([...new Set(used)].sort()).toEqual(interfacesOf('By REST'));
    } finally {
      await running.close();
    }
  });

  test('by REST no other address is in the code', () => {
    const folder = join(root, 'adapters/erp');
    const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.startsWith('simulator'));
    const paths = sources.flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/path[:=]? ?=? ?[`'](\/[^`'?]*)/g)].map(([, path = '']) =>
        path.replaceAll(/\$\{[^}]*\}/g, '{}'),
      ),
    );
    const told = interfacesOf('By REST').map((one) =>
      (one.split(' ')[1] ?? '').replace('`', '').replaceAll(/\{\w+\}/g, '{}'),
    );
    expect([...new Set(paths)].sort()).toEqual([...new Set(told)].sort());
  });

  test('by REST an ERP without what is used where offered says 404, and that is all', async () => {
    const { send } = noting(quickHttp('http://127.0.0.1:9'));
    const absent: SendHttp = async (_request, use) => use?.({ status: 404, body: '' }) as never;
    const book = createErpBook({ system: 'erp', send: absent });
    expect([
      send === absent,
      await ofBook.orders(book),
      await ofBook.tellOrders(book),
      await ofBook.batches(book),
    ]).toEqual([false, undefined, undefined, undefined]);
  });

  test('by SOAP: the operations of the WSDL', async () => {
    const running = await startSoapErpSimulator({ serve: serveSimulator, importDelayMs: 0 });
    try {
      const { asked, send } = noting(quickHttp(`${running.url}${soapPath}`));
      await callAll(createSoapErp({ system: 'erp', version: '1.1', send }), ofErp);
      await callAll(createSoapLookup({ system: 'erp', version: '1.1', ask: soapAsking('1.1', send) }), ofLookup);
      const used = asked.map(({ headers }) => headers?.soapaction?.replace(`"${erpNamespace}/`, '`').replace('"', '`'));
      expect([...new Set(used)].sort()).toEqual(interfacesOf('By SOAP'));
      const wsdl = readFileSync(join(root, 'adapters/erp/soap/erp.wsdl'), 'utf8');
      const offered = [...wsdl.matchAll(/<wsdl:operation name="(\w+)"/g)].map(([, name]) => `\`${name}\``);
      expect([...new Set(offered)].sort()).toEqual(interfacesOf('By SOAP'));
    } finally {
      await running.close();
    }
  });

  test('by files: orders and journals there, their answers back', () =>
    withFolder(async (folder) => {
      const running = await startFileErpSimulator({ serve: serveSimulator, importDelayMs: 0, folder });
      try {
        await callAll(createFileErp({ system: 'erp', folder }), ofErp);
        await callAll(createFileLookup({ system: 'erp', folder }), ofLookup);
        // What they took away was noted here under its key, byte by byte.
        const kindsOf = (where: string, named: (name: string) => boolean): readonly string[] => {
          const files = readdirSync(join(folder, where)).filter(named);
          const rows = files.flatMap((name) =>
            readFileSync(join(folder, where, name), 'utf8')
              .trimEnd()
              .split('\n'),
          );
          return [...new Set(rows.map((row) => row.split(';')[0] ?? ''))].sort();
        };
        const told = new Map(rowsOf('By files').map(([cell]) => [quotedIn(cell)[0], quotedIn(cell).slice(1)]));
        expect([...told.keys()].sort()).toEqual([
          'from-erp/journals…ack',
          'from-erp/order…ack',
          'to-erp/journals…csv',
          'to-erp/order…csv',
        ]);
        for (const [name = '', kinds] of told) {
          const [side = '', pattern = ''] = name.split('/');
          const [begins = ''] = pattern.split('…');
          const where = side === 'to-erp' ? 'sent' : side;
          expect({ name, kinds: kindsOf(where, (file) => file.startsWith(begins)) }).toEqual({
            name,
            kinds: [...kinds].sort(),
          });
        }
      } finally {
        await running.close();
      }
    }));

  test('the fields of each message are those that its schema lets out', async () => {
    const sent: unknown[] = [];
    const noted: SendHttp = async (request, use) => {
      sent.push(JSON.parse(request.body ?? ''));
      return use?.({ status: 200, body: '{"value":[]}' }) as never;
    };
    await ofBook.tellOrders(createErpBook({ system: 'erp', send: noted }));
    const told = new Map(rowsOf('What is sent').map(([message, fields]) => [message, quotedIn(fields)]));
    const all = {
      'sales order': fieldsOf(salesOrderRequest.shape),
      'changed sales order': fieldsOf(salesOrderChange.shape).filter(
        (name) => !fieldsOf(salesOrderRequest.shape).includes(name),
      ),
      'journal import': fieldsOf(journalImportRequest.shape),
      'order status': fieldsIn(sent[0]),
    };
    expect(Object.fromEntries([...told].map(([message, fields]) => [message, [...fields].sort()]))).toEqual(
      Object.fromEntries(Object.entries(all).map(([message, fields]) => [message, [...fields].sort()])),
    );
  });

  test('the limits of calls are those of the code', () => {
    const { queuedMax: _, ...limits } = httpDefaults;
    const told = rowsOf('How it is called').map(([name, value]) => [
      quotedIn(name)[0],
      Number.parseInt(value ?? '', 10),
    ]);
    expect(Object.fromEntries(told)).toEqual(limits);
  });
});
