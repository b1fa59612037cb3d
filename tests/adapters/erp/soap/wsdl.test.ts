import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { envelopeOf } from '../../../../adapters/erp/soap/calls.ts';
import { openEnvelope } from '../../../../adapters/erp/soap/envelope.ts';
import { erpNamespace, type Fields, messageOf, soapOperations } from '../../../../adapters/erp/soap/messages.ts';
import { readXml, type XmlElement } from '../../../../adapters/erp/soap/xml.ts';
import { toChangedOrder, toJournalImport, toSalesOrder } from '../../../../adapters/erp/translate.ts';
import { aBatch, aJournal } from '../../../contracts/erpContract.ts';
import { anErpOrder } from '../order.ts';
import { soapPath, startSoapErp } from '../startErp.ts';

const file = new URL('../../../../adapters/erp/soap/erp.wsdl', import.meta.url);

type Part = { readonly name: string; readonly type: string; readonly least: number; readonly most: number };

/** The attributes are read here by their place in a line: the product's reader has no use for any. */
const partsIn = (text: string): readonly Part[] =>
  [...text.matchAll(/<xsd:element name="(\w+)" type="([\w:]+)"(?: minOccurs="(\d+)")?(?: maxOccurs="(\w+)")?\/>/g)].map(
    ([, name = '', type = '', least = '1', most = '1']) => ({
      name,
      type,
      least: Number(least),
      most: most === 'unbounded' ? Number.POSITIVE_INFINITY : Number(most),
    }),
  );

const schemaOf = (wsdl: string) => {
  const named = (kind: string) =>
    new Map(
      [...wsdl.matchAll(new RegExp(`<xsd:${kind} name="(\\w+)">([\\s\\S]*?)</xsd:complexType>`, 'g'))].map(
        ([, name = '', body = '']) => [name, partsIn(body)] as const,
      ),
    );
  return { types: named('complexType'), messages: named('element') };
};

type Schema = ReturnType<typeof schemaOf>;

/** What stands where the schema does not have it, as a path. */
const strangers = ({ types }: Schema, parts: readonly Part[], found: XmlElement, path: string): readonly string[] => {
  const names = found.children.map(({ name }) => name);
  const expected = parts.flatMap(({ name, least, most }) => {
    const count = names.filter((each) => each === name).length;
    return Array.from({ length: Math.min(Math.max(count, least), most) }, () => name);
  });
  const wrong = JSON.stringify(names) === JSON.stringify(expected) ? [] : [`${path}: ${names} and not ${expected}`];
  const below = found.children.flatMap((child) => {
    const type = parts.find(({ name }) => name === child.name)?.type.replace('erp:', '') ?? '';
    const inner = types.get(type);
    if (child.uri !== erpNamespace) return [`${path}/${child.name}: of another namespace`];
    return inner === undefined ? [] : strangers({ types, messages: new Map() }, inner, child, `${path}/${child.name}`);
  });
  return [...wrong, ...below];
};

const schema = schemaOf(await readFile(file, 'utf8'));

const check = (message: XmlElement): readonly string[] => {
  const parts = schema.messages.get(message.name);
  return parts === undefined ? [`no message ${message.name}`] : strangers(schema, parts, message, message.name);
};

const sent = (envelope: string): XmlElement => {
  const opened = openEnvelope('1.1', envelope);
  if (opened.kind !== 'message') throw new Error('a fault');
  return opened.message;
};

describe('I-02: the WSDL', () => {
  test('is XML that the product itself would read, and has every operation with its fault', async () => {
    const wsdl = await readFile(file, 'utf8');
    expect(readXml(wsdl).name).toBe('definitions');
    for (const name of Object.values(soapOperations)) {
      expect([...schema.messages.keys()]).toEqual(expect.arrayContaining([name, `${name}Response`, 'ErpFault']));
      expect(wsdl.split(`soapAction="${erpNamespace}/${name}"`)).toHaveLength(3);
    }
  });

  const journal = { ...aJournal('J-1'), orderId: 'O-1', invoiceId: 'I-1' };
  const messages: readonly [string, XmlElement][] = [
    ['an order', sent(envelopeOf('1.1', 'createOrder', { salesOrder: toSalesOrder(anErpOrder('O-1')) }))],
    [
      'an order without charges',
      sent(envelopeOf('1.1', 'createOrder', { salesOrder: { ...toSalesOrder(anErpOrder('O-1')), charges: [] } })),
    ],
    [
      'an order that has nothing left',
      sent(
        envelopeOf('1.1', 'changeOrder', {
          ...{
            number: 'SO-1',
            salesOrder: toChangedOrder({ ...anErpOrder('O-1'), lines: [], erpNumber: 'SO-1', changes: 2 }),
          },
        }),
      ),
    ],
    ['a batch', sent(envelopeOf('1.1', 'importJournals', toJournalImport(aBatch('B-1', [journal, aJournal('J-2')]))))],
    ['a question for an order', sent(envelopeOf('1.1', 'findOrder', { company: 'A', externalDocumentNumber: 'O' }))],
    ['a question for a batch', sent(envelopeOf('1.1', 'findJournalImport', { company: 'A', batchId: 'B' }))],
  ];
  test.each(messages)('describes what is sent: %s', (_, message) => {
    expect(check(message)).toEqual([]);
  });

  test('would not let a field pass that it does not have, nor one that is missing or out of its place', () => {
    const told = (fields: Fields) => check(readXml(messageOf('FindSalesOrders', fields)));
    expect(told({ company: 'A', externalDocumentNumber: 'O' })).toEqual([]);
    expect(told({ externalDocumentNumber: 'O', company: 'A' })).toHaveLength(1);
    expect(told({ company: 'A' })).toHaveLength(1);
    expect(told({ company: 'A', externalDocumentNumber: 'O', more: 'x' })).toHaveLength(1);
  });

  test('describes what is answered, and stands at the address of the service', async () => {
    const { url, erp } = await startSoapErp();
    const registered = await erp.registerOrder(anErpOrder('O-1'));
    const { erpNumber = '' } = registered.kind === 'registered' ? registered : {};
    await erp.changeOrder({ ...anErpOrder('O-1'), erpNumber, changes: 2 });
    await erp.importJournals(aBatch('B-1', [journal, { ...journal, lines: journal.lines.slice(1) }]));
    const address = `${url}${soapPath}`;
    const ask = async (name: 'findOrder' | 'findJournalImport', fields: Fields) => {
      const headers = { 'content-type': 'text/xml' };
      const response = await fetch(address, { method: 'POST', headers, body: envelopeOf('1.1', name, fields) });
      return check(sent(await response.text()));
    };
    expect(await ask('findOrder', { company: 'ACME', externalDocumentNumber: 'O-1' })).toEqual([]);
    expect(await ask('findJournalImport', { company: 'ACME', batchId: 'B-1' })).toEqual([]);
    expect(await (await fetch(address)).text()).toBe(await readFile(file, 'utf8'));
  });
});
