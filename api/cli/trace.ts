import { ulidPattern, uuidPattern } from '../../domain/ids.ts';
import type { LineageView } from '../../projections/lineage/queries.ts';
import { lineageRoots } from '../../projections/lineage/roots.ts';
import { CallRefused } from '../client.ts';
import { type CliCommand, type CliOptions, Stop, textOption } from './command.ts';
import { lineageText } from './lineageTree.ts';
import { callService, type Service } from './service.ts';

const glLine = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:\d{1,4}$/i;
const isRoot = (text: string): boolean => lineageRoots.some((kind) => text.startsWith(`${kind}:`));

/** What a text can mean, likeliest first: a root of the graph is meant as it is. */
export const rootsFor = (text: string): readonly string[] => {
  if (isRoot(text)) return [text];
  if (glLine.test(text)) return [`gl-line:${text}`];
  if (uuidPattern.test(text)) return [`gl-journal:${text}`, `correlation:${text}`, `stock-movement:${text}`];
  if (ulidPattern.test(text)) return [`order:${text}`, `shipment:${text}`, `invoice:${text}`, `correlation:${text}`];
  if (/^[0-9a-f]{64}$/i.test(text)) return [`payload:${text}`];
  const slash = text.includes('/')
    ? ['order-line', 'shipment-line', 'invoice-line'].map((kind) => `${kind}:${text}`)
    : [];
  return [
    ...slash,
    ...['customer-po', 'erp-doc', 'invoice', 'shipment', 'order', 'gl-batch', 'reservation', 'correlation'].map(
      (kind) => `${kind}:${text}`,
    ),
  ];
};

const isNotFound = (error: unknown): boolean =>
  error instanceof CallRefused && (error.status === 404 || error.status === 422);

const orNothing = <T>(call: Promise<T>): Promise<T | undefined> =>
  call.catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });

const whereNamesAre =
  'Orders and their PO numbers are at GET /v1/orders; `npm run demo` makes one, and ends with the command that traces it.';

type Invoices = { readonly items: readonly { readonly invoiceId: string }[] };
type Event = { readonly metadata: { readonly $correlationId: string } };

/** An invoice's number is not its id, and an event belongs to what it was recorded with. */
const furtherRoots = async (service: Service, text: string): Promise<readonly string[]> => {
  if (uuidPattern.test(text)) {
    const event = await orNothing(service.get<Event>(`/v1/audit/events/${text}`));
    return event === undefined ? [] : [`correlation:${event.metadata.$correlationId}`];
  }
  const found = await orNothing(service.get<Invoices>(`/v1/invoices?number=${encodeURIComponent(text)}`));
  return (found?.items ?? []).map(({ invoiceId }) => `invoice:${invoiceId}`);
};

const queryOf = (options: CliOptions): string => {
  const direction = textOption(options, 'direction') ?? 'both';
  const knownAsOf = textOption(options, 'knownAsOf');
  return `&direction=${direction}${knownAsOf === undefined ? '' : `&knownAsOf=${encodeURIComponent(knownAsOf)}`}`;
};

const firstOf = async (service: Service, roots: readonly string[], query: string): Promise<LineageView | undefined> => {
  for (const root of roots) {
    const path = `/v1/audit/lineage?root=${encodeURIComponent(root)}${query}`;
    const found = await orNothing(service.get<LineageView>(path));
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Nodes that the root stands for: itself, or all that carry its key. */
const isAskedIn = ({ root }: LineageView): ((id: string) => boolean) => {
  const [kind = '', key = ''] = [root.slice(0, root.indexOf(':')), root.slice(root.indexOf(':') + 1)];
  if (kind === 'gl-journal') return (id) => id.startsWith(`gl-line:${key}:`);
  if (kind === 'customer-po') return (id) => id === root || (id.startsWith('customer-po:') && id.endsWith(`/${key}`));
  return (id) => id === root;
};

export const traceCommand: CliCommand = {
  usage: 'trace <anything>',
  summary:
    'The way of goods and money through whatever it is: an order, a PO, an invoice, a journal, a document of the ERP',
  callsService: true,
  as: 'auditor',
  options: [
    { flags: '--direction <direction>', text: 'up: where it comes from, down: where it goes, both unless said' },
    { flags: '--known-as-of <time>', text: 'as it was known at a position or an instant' },
  ],
  examples: [
    'trace PO-7001',
    'trace 01JD0000000000000000000001',
    'trace gl-line:<journal>:3 --direction up',
    'trace 1900004711 --json',
  ],
  run: async ([text = ''], options) => {
    const service = await callService(options);
    const query = queryOf(options);
    const view =
      (await firstOf(service, rootsFor(text), query)) ??
      (isRoot(text) ? undefined : await firstOf(service, await furtherRoots(service, text), query));
    if (view === undefined) throw new Stop(`Nothing is known of ${text}. ${whereNamesAre}`, 3);
    return { value: view, text: lineageText(view, isAskedIn(view)) };
  },
};
