import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  RunningSimulator,
  SimulatedAnswer,
  SimulatedRequest,
  SimulatedRoute,
  SimulatorTools,
} from '../../http/simulatedPartner.ts';
import { closingRoute, type ErpSimulatorOptions, serveBooks } from '../simulator.ts';
import type { Desk } from '../simulatorDesk.ts';
import { envelopeIn, faultMessage, inEnvelope, type SoapVersion, soapVersions } from './envelope.ts';
import { erpNamespace, type Fields, fieldsIn, messageOf, type SoapOperation, soapOperations } from './messages.ts';
import { type XmlElement, XmlRefused } from './xml.ts';

const contentTypes: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'text/xml; charset=utf-8',
  '1.2': 'application/soap+xml; charset=utf-8',
};

const answer = (version: SoapVersion, status: number, message: string): SimulatedAnswer => ({
  status,
  body: inEnvelope(version, message),
  contentType: contentTypes[version],
});

/** SOAP 1.1 sends every fault with 500; the second version has 400 for those of the caller. */
const faulty = (version: SoapVersion, side: 'sender' | 'receiver', code: string, text: string): SimulatedAnswer =>
  answer(version, version === '1.2' && side === 'sender' ? 400 : 500, faultMessage(version, side, code, text));

/** What came in, and as what. Undefined: no SOAP, or nothing that this service has. */
const openedFrom = ({ bodyText }: Pick<SimulatedRequest, 'bodyText'>) => {
  for (const version of soapVersions) {
    const opened = envelopeIn(version, bodyText);
    if (opened?.kind !== 'message' || opened.message.uri !== erpNamespace) continue;
    const { message } = opened;
    const names = Object.keys(soapOperations) as SoapOperation[];
    const operation = names.find((name) => soapOperations[name] === message.name);
    if (operation !== undefined) return { version, operation, message };
  }
  return undefined;
};

const fieldsOrNone = (message: XmlElement): Record<string, unknown> => {
  try {
    return fieldsIn(message);
  } catch (error) {
    if (error instanceof XmlRefused) return {};
    throw error;
  }
};

const handled = (desk: Desk, operation: SoapOperation, message: XmlElement, bodyText: string): SimulatedAnswer => {
  const fields = fieldsOrNone(message);
  const [company, reference, batchId] = ['company', 'externalDocumentNumber', 'batchId'].map((name) =>
    String(fields[name] ?? ''),
  );
  switch (operation) {
    case 'createOrder':
      return desk.createOrder(fields.salesOrder);
    case 'changeOrder':
      return desk.changeOrder(String(fields.number ?? ''), fields.salesOrder);
    case 'findOrder':
      return desk.findOrders(company ?? '', reference ?? '');
    case 'importJournals':
      return desk.importJournals(fields, bodyText);
    case 'findJournalImport':
      return desk.findImport(company ?? '', batchId ?? '');
  }
};

type ShownOrder = Readonly<
  Record<'externalDocumentNumber' | 'company' | 'customerNumber' | 'number' | 'status', string>
> & { readonly sourceRevision?: number };

/** In the order of the WSDL. */
const orderFields = (order: ShownOrder): Fields => {
  const { externalDocumentNumber, company, customerNumber, number, status, sourceRevision } = order;
  return { externalDocumentNumber, company, customerNumber, number, status, sourceRevision };
};

/** What the desk answers has the fields of the REST interface. */
const fieldsOfAnswer = (operation: SoapOperation, body: unknown): Fields => {
  if (operation === 'createOrder' || operation === 'changeOrder')
    return { salesOrder: orderFields(body as ShownOrder) };
  if (operation !== 'findOrder') return { journalImport: body as Fields };
  return { salesOrders: (body as { readonly value: readonly ShownOrder[] }).value.map(orderFields) };
};

const serviceRoute = (desk: Desk, tools: SimulatorTools): SimulatedRoute => ({
  operation: 'service',
  operationOf: (request) => openedFrom(request)?.operation ?? 'service',
  takes: 'xml',
  ownFaults: ['refuse'],
  method: 'POST',
  path: '/services/DistributorErp',
  handle: (request) => {
    const found = openedFrom(request);
    if (found === undefined) return faulty('1.1', 'sender', 'MessageNotUnderstood', 'There is no such operation.');
    const { version, operation, message } = found;
    const wish = tools.faultFor('refuse', operation, request.bodyText);
    if (wish !== undefined) return faulty(version, 'sender', wish.code ?? 'RefusedOnRequest', 'Refused on request.');
    const { status, body } = handled(desk, operation, message, request.bodyText);
    if (status < 400)
      return answer(version, 200, messageOf(`${soapOperations[operation]}Response`, fieldsOfAnswer(operation, body)));
    const { error } = body as { readonly error: { readonly code: string; readonly message: string } };
    return faulty(version, status < 500 ? 'sender' : 'receiver', error.code, error.message);
  },
});

/** The description of the service at its own address, as servers of SOAP have it. */
const wsdlRoute = (): SimulatedRoute => ({
  operation: 'control',
  method: 'GET',
  path: '/services/DistributorErp',
  handle: () => ({
    status: 200,
    body: readFileSync(join(import.meta.dirname, 'erp.wsdl'), 'utf8'),
    contentType: 'text/xml; charset=utf-8',
  }),
});

/** The same distributor's ERP as `../simulator.ts`, called by SOAP 1.1 or 1.2 at `<url>/services/DistributorErp`. */
export const startSoapErpSimulator = (options: ErpSimulatorOptions): Promise<RunningSimulator> =>
  serveBooks(options, ({ desk, tools }) => [serviceRoute(desk, tools), wsdlRoute(), closingRoute(tools)]);
