import { element, inOrder, type Markup, type XmlElement, XmlRefused } from './xml.ts';

/** Target namespace of `erp.wsdl`, where every message is described. */
export const erpNamespace = 'urn:throughline:distributor-erp:v1';

export const soapOperations = {
  createOrder: 'CreateSalesOrder',
  changeOrder: 'ChangeSalesOrder',
  findOrder: 'FindSalesOrders',
  importJournals: 'ImportJournals',
  findJournalImport: 'GetJournalImport',
} as const;
export type SoapOperation = keyof typeof soapOperations;

/** What a message is made of: the fields of `../schema.ts`, which the REST interface has as JSON. */
export type Fields = { readonly [key: string]: string | number | Fields | readonly (string | Fields)[] | undefined };

const pascal = (key: string): string => key.slice(0, 1).toUpperCase() + key.slice(1);
const camel = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);

/** `Lines` holds any number of `Line`; an empty one is an empty list. */
const lists: ReadonlySet<string> = new Set([
  'lines',
  'charges',
  'discountPercents',
  'journals',
  'controlTotals',
  'salesOrders',
]);
const numbers: ReadonlySet<string> = new Set(['lineNumber', 'sourceRevision']);

const itemName = (key: string): string => pascal(key).slice(0, -1);

type List = readonly (string | Fields)[];
const isList = (value: string | number | Fields | List): value is List => Array.isArray(value);

const listOf = (key: string, items: List): Markup =>
  inOrder(items.map((item) => element(itemName(key), contentOf(item))));

const contentOf = (value: string | number | Fields): string | Markup =>
  typeof value === 'object' ? fieldsOf(value) : String(value);

/** In the order of the object, which is the order of the WSDL. */
const fieldsOf = (fields: Fields): Markup =>
  inOrder(
    Object.entries(fields).map(([key, value]) => {
      if (value === undefined) return { markup: '' };
      return element(pascal(key), isList(value) ? listOf(key, value) : contentOf(value));
    }),
  );

/** A message of the WSDL, in its namespace. */
export const messageOf = (name: string, fields: Fields): string =>
  `<${name} xmlns="${erpNamespace}">${fieldsOf(fields).markup}</${name}>`;

/** What a message says, to be looked at by a schema. Throws `XmlRefused` when it says something twice. */
export const fieldsIn = ({ children }: XmlElement): Record<string, unknown> => {
  const fields = children.map((child) => [camel(child.name), valueIn(child)] as const);
  if (new Set(fields.map(([key]) => key)).size !== fields.length) throw new XmlRefused('a field comes twice');
  return Object.fromEntries(fields);
};

const valueIn = (found: XmlElement): unknown => {
  const key = camel(found.name);
  if (lists.has(key)) return found.children.map(itemIn);
  if (numbers.has(key)) return Number(found.text);
  return itemIn(found);
};

const itemIn = (found: XmlElement): unknown => (found.children.length === 0 ? found.text : fieldsIn(found));
