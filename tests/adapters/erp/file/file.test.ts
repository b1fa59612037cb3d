import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { batchAnswerIn, orderAnswerIn } from '../../../../adapters/erp/file/answers.ts';
import { createFileErp, createFileLookup } from '../../../../adapters/erp/file/client.ts';
import { folders } from '../../../../adapters/erp/file/handover.ts';
import { canBeField, type FileRecord, fileOf, rowsIn } from '../../../../adapters/erp/file/records.ts';
import { startFileErpSimulator } from '../../../../adapters/erp/file/simulator.ts';
import { serveSimulator } from '../../../../adapters/http/simulatorHost.ts';
import type { Erp } from '../../../../commands/partnerPorts.ts';
import { aBatch, aJournal } from '../../../contracts/erpContract.ts';
import { closingAfterEach } from '../../../support/closing.ts';
import { effectsOf, strike, troubleOf, withFolder } from '../../http/peer.ts';
import { anErpOrder } from '../order.ts';

const closed = closingAfterEach();
const { signal } = new AbortController();
const system = 'ERP-FILE';
const journals = (count: number) => Array.from({ length: count }, (_, n) => aJournal(`J-${n + 1}`));

const start = async (folder: string) => {
  const running = closed(
    await startFileErpSimulator({ serve: serveSimulator, folder, directory: folder, lookEveryMs: 5 }),
  );
  return { ...running, erp: createFileErp({ system, folder }), lookup: createFileLookup({ system, folder }) };
};

/** Asked until it is answered, as the outbox does. */
const answered = async <T extends { readonly kind: string }>(ask: () => Promise<T>) => {
  for (;;) {
    const answer = await ask();
    if (answer.kind !== 'pending') return answer as Exclude<T, { readonly kind: 'pending' }>;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
const register = (erp: Erp, orderId: string) => answered(() => erp.registerOrder(anErpOrder(orderId)));
const outcomesOf = async (erp: Erp, bu = 'ACME') => {
  const answer = await answered(() => erp.journalOutcomes(bu, 'B-1'));
  if (answer.kind !== 'done') throw new Error('pending');
  return answer;
};

describe('S-02: the ERP that takes files', () => {
  test('S-01: an order is registered once, however often it is asked for, and keeps its number', () =>
    withFolder(async (folder) => {
      const { erp, url, lookup } = await start(folder);
      expect(await lookup.order('ACME', 'O-1', signal)).toBeUndefined();
      const answers = await Promise.all(Array.from({ length: 20 }, () => register(erp, 'O-1')));
      expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
        new Set(['{"kind":"registered","erpNumber":"SO-100001"}']),
      );
      expect(await register(erp, 'O-2')).toMatchObject({ erpNumber: 'SO-100002' });
      expect(await lookup.order('ACME', 'O-1', signal)).toEqual({ erpNumber: 'SO-100001' });
      expect(await effectsOf(url)).toMatchObject({ orders: 2, duplicatesAttempted: 0 });
    }));

  test('a refused order is offered anew when it is asked for again', () =>
    withFolder(async (folder) => {
      const { erp, url } = await start(folder);
      await strike(url, { mode: 'refuse', operation: 'createOrder', code: 'CustomerBlocked' });
      expect(await register(erp, 'O-1')).toMatchObject({ kind: 'refused', code: 'CUSTOMER_BLOCKED' });
      expect(await register(erp, 'O-1')).toMatchObject({ kind: 'registered' });
      expect(await effectsOf(url)).toMatchObject({ orders: 1 });
    }));

  test('a change is told in a file of its own, and an order without lines is one', () =>
    withFolder(async (folder) => {
      const { erp, url } = await start(folder);
      const registered = await register(erp, 'O-1');
      const erpNumber = registered.kind === 'registered' ? registered.erpNumber : '';
      const change = (changes: number, number = erpNumber) =>
        answered(() => erp.changeOrder({ ...anErpOrder('O-1'), erpNumber: number, changes, lines: [] }));
      expect([await change(1), await change(1), await change(2)]).toEqual(
        Array.from({ length: 3 }, () => ({ kind: 'changed' })),
      );
      expect(await change(3, 'SO-9')).toMatchObject({ code: 'SALES_ORDER_NOT_FOUND' });
      expect(await effectsOf(url)).toMatchObject({ orders: 1 });
    }));

  test('S-16: a batch is one file, and what became of each journal is told', () =>
    withFolder(async (folder) => {
      const { erp, url, lookup } = await start(folder);
      await strike(url, { mode: 'refuse', operation: 'postJournal', match: 'J-57', code: 'AccountClosed' });
      expect(await erp.journalOutcomes('ACME', 'B-1')).toEqual({ kind: 'pending' });
      const imported = await erp.importJournals(aBatch('B-1', journals(100)));
      expect(await erp.importJournals(aBatch('B-1', journals(100)))).toEqual(imported);
      expect(await erp.importJournals(aBatch('B-1', journals(99)))).toMatchObject({ code: 'BATCH_CONTENT_DIFFERS' });
      expect((await erp.importJournals({ ...aBatch('B-1', [aJournal('K-1')]), bu: 'OTHER' })).kind).toBe('imported');
      const told = (await outcomesOf(erp)).journals;
      expect(told.filter(({ outcome }) => outcome === 'ACKNOWLEDGED')).toHaveLength(99);
      expect(told.filter(({ outcome }) => outcome === 'REJECTED')).toMatchObject([
        { journalId: 'J-57', code: 'ACCOUNT_CLOSED' },
      ]);
      expect((await outcomesOf(erp, 'OTHER')).journals).toMatchObject([{ journalId: 'K-1' }]);
      expect(imported).toEqual({
        kind: 'imported',
        fileSha256: (await lookup.journalImport('ACME', 'B-1', signal))?.fileSha256,
      });
      expect(await effectsOf(url)).toMatchObject({ journalImports: 2, journalsPosted: 100, duplicatesAttempted: 0 });
    }));

  test('a file that they refuse as a whole rejects every journal in it', () =>
    withFolder(async (folder) => {
      const { erp } = await start(folder);
      await erp.importJournals({ ...aBatch('B-1', journals(2)), period: '999999' });
      const told = (await outcomesOf(erp)).journals;
      expect(told.map(({ outcome }) => outcome)).toEqual(['REJECTED', 'REJECTED']);
    }));

  test('what they do not answer is asked for later and later, and a restart of both sides changes nothing', () =>
    withFolder(async (folder) => {
      const erp = createFileErp({ system, folder });
      const first = await erp.registerOrder(anErpOrder('O-1'));
      expect(first.kind === 'pending' && first.askAgainMs).toBeGreaterThanOrEqual(500);
      const [name = ''] = await readdir(join(folder, folders.sent));
      await utimes(join(folder, folders.sent, name), 0, 0);
      expect(await erp.registerOrder(anErpOrder('O-1'))).toEqual({ kind: 'pending', askAgainMs: 300_000 });
      expect(await troubleOf(createFileLookup({ system, folder }).order('ACME', 'O-1', signal))).toBe('BUSY');
      expect(await register((await start(folder)).erp, 'O-1')).toMatchObject({ erpNumber: 'SO-100001' });
    }));

  test('a folder that cannot be used is an ERP that is away, and an odd character never makes a row', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      const outcomes: string[] = [];
      const onAttempt = (_: string, outcome: string) => void outcomes.push(outcome);
      const away = createFileErp({ system, folder: join(folder, 'file', 'below'), onAttempt });
      expect(await troubleOf(away.registerOrder(anErpOrder('O-1')))).toBe('UNAVAILABLE');
      expect(outcomes).toEqual(['UNAVAILABLE']);
      const { erp, url } = await start(folder);
      const odd = { ...anErpOrder('O-1'), customerPo: 'PO\nLINE;1' };
      expect(await erp.registerOrder(odd)).toMatchObject({ code: 'NOT_REPRESENTABLE' });
      const quoted = { ...anErpOrder('O-1'), customerPo: '"PO";END;1' };
      expect((await answered(() => erp.registerOrder(quoted))).kind).toBe('registered');
      expect(await effectsOf(url)).toMatchObject({ orders: 1 });
    }));
});

describe('I-04: an answer of 1,000 rows', () => {
  const asFile = async (folder: string) => {
    const { erp, url, close } = await start(folder);
    await strike(url, { mode: 'malformed', operation: 'acknowledge', match: 'J-500' });
    await erp.importJournals(aBatch('B-1', journals(1_000)));
    await outcomesOf(erp);
    await close();
    const [name = ''] = (await readdir(join(folder, folders.in))).filter((each) => each.endsWith('.ack'));
    return { erp, path: join(folder, folders.in, name), text: await readFile(join(folder, folders.in, name), 'utf8') };
  };

  test('of which number 500 is bad: 999 are told, and one is named with its row until it is mended', () =>
    withFolder(async (folder) => {
      const { erp, path, text } = await asFile(folder);
      const told = await outcomesOf(erp);
      expect(told.journals).toHaveLength(999);
      expect(told.notUnderstood).toMatch(/^row 500 of journals\.ACME\.B-1-[0-9a-f]{16}\.ack is not understood$/);
      await writeFile(path, text.replace('J-500;POSTD', 'J-500;POSTED;JE-9'));
      const mended = await outcomesOf(erp);
      expect([mended.journals.length, mended.notUnderstood]).toEqual([1_000, undefined]);
    }));

  test('that arrives in pieces: whole rows are told as they come, none twice, and half a row never', () =>
    withFolder(async (folder) => {
      const { erp, path, text } = await asFile(folder);
      await writeFile(path, text.slice(0, text.indexOf('J-401;') + 8));
      const { journals: part } = await outcomesOf(erp);
      expect([part.length, part.at(-1)?.journalId]).toEqual([400, 'J-400']);
      await writeFile(path, text + text);
      const { journals: twice, notUnderstood } = await outcomesOf(erp);
      expect([twice.length, notUnderstood]).toEqual([999, expect.stringContaining('row 500 of')]);
    }));
});

describe('rows', () => {
  const field = fc
    .array(fc.oneof(fc.nat(0x7f), fc.constantFrom(0x22, 0x3b, 0x20, 0xfc)))
    .map((codes) => String.fromCodePoint(...codes))
    .filter(canBeField);
  const records = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 });

  test('come back as they were written, and a file that was cut off anywhere is known by it', () => {
    fc.assert(
      fc.property(records, fc.nat(), (list, cut) => {
        const written = list.map((fields): FileRecord => ['ROW', ...fields]);
        const text = fileOf(written);
        const whole = rowsIn(text);
        const part = rowsIn(text.slice(0, cut % text.length));
        expect([whole.isComplete, whole.rows.map(({ fields }) => fields)]).toEqual([true, written]);
        expect([part.isComplete, part.rows]).toEqual([false, whole.rows.slice(0, part.rows.length)]);
      }),
    );
  });

  test.each([
    ['no outcome', 'JOURNAL;J-1'],
    ['an outcome of nobody', 'JOURNAL;J-1;POSTD;JE-1'],
    ['no number', 'JOURNAL;J-1;POSTED;'],
    ['a number that cannot be kept', 'JOURNAL;J-1;POSTED;JE⟦1'],
    ['a number without end', `JOURNAL;J-1;POSTED;${'9'.repeat(101)}`],
    ['a journal of somebody else', 'JOURNAL;J-7;POSTED;JE-1'],
    ['marks that make no sense', 'JOURNAL;"J-1;POSTED;JE-1'],
    ['nothing', ''],
    ['something else', 'HELLO'],
    ['a line that is longer than any row', `JOURNAL;J-1;POSTED;JE-1;${';'.repeat(5_000_000)}`],
  ])('%s is a bad row, and the next one counts', (_, row) => {
    const sent = fileOf([
      ['JOURNAL', 'J-1'],
      ['JOURNAL', 'J-2'],
    ]);
    expect(batchAnswerIn(`${row}\nJOURNAL;J-2;POSTED;JE-2\n`, sent)).toMatchObject({
      ...{ badRows: [1], isComplete: false, journals: [{ journalId: 'J-2' }] },
    });
  });

  test('the first word about a journal counts, and another one is a bad row', () => {
    const sent = fileOf([['JOURNAL', 'J-1']]);
    const text = 'JOURNAL;J-1;POSTED;JE-1\nJOURNAL;J-1;POSTED;JE-1\r\nJOURNAL;J-1;REJECTED;X;no\nEND;3\n';
    expect(batchAnswerIn(text, sent)).toMatchObject({
      badRows: [3],
      isComplete: true,
      journals: [{ erpDocument: 'JE-1' }],
    });
  });

  test.each([
    ['ORDER;ACCEPTED;SO-1\nEND;1\n', { kind: 'accepted', erpNumber: 'SO-1' }],
    ['ORDER;REJECTED;NoStock;not today\r\nEND;1\r\n', { kind: 'refused', code: 'NO_STOCK', detail: 'not today' }],
    ['FILE;REJECTED;FileIncomplete;\nEND;1\n', { kind: 'refused', code: 'FILE_INCOMPLETE' }],
    ['ORDER;ACCEPTED\nEND;1\n', { kind: 'notUnderstood', row: 1 }],
    ['END;0\n', { kind: 'notUnderstood', row: 1 }],
    ['ORDER;ACCEPTED;SO-1\n', undefined],
    ['ORDER;ACCEPTED;SO-1\nEND;1', undefined],
  ])('an answer to an order: %j', (text, answer) => {
    if (answer === undefined) expect(orderAnswerIn(text)).toBeUndefined();
    else expect(orderAnswerIn(text)).toMatchObject(answer);
  });
});
