import type { DeliveryView, WebhookView } from '../../projections/webhooks/queries.ts';
import { table, titled } from '../terminal.ts';
import { type CliCommand, reasonIn, reasonOption, textOption } from './command.ts';
import { allItems } from './pages.ts';
import { callService } from './service.ts';

const stateText = ({ state, stateReason, automatic }: WebhookView): string =>
  stateReason === null ? state : `${state}${automatic ? ' by itself' : ''}: ${stateReason}`;

const webhookRow = (one: WebhookView): readonly string[] => [
  one.subscriptionId,
  one.bu,
  one.url,
  one.events?.join(', ') ?? 'all',
  one.customers?.join(', ') ?? 'all',
  stateText(one),
];

export const webhooksCommand: CliCommand = {
  usage: 'webhooks [bu]',
  summary: 'Who is told of orders, shipments and invoices, newest first',
  options: [{ flags: '--all', text: 'also those that are deleted' }],
  callsService: true,
  examples: ['webhooks', 'webhooks ACME --json'],
  run: async ([bu], options) => {
    const path = `/v1/webhook-subscriptions${bu === undefined ? '' : `?bu=${encodeURIComponent(bu)}`}`;
    const found = await allItems<WebhookView>(await callService(options), path);
    const items = options.all === true ? found : found.filter(({ state }) => state !== 'DELETED');
    const text = table(titled('Id', 'Unit', 'Url', 'Notices', 'Customers', 'State'), items.map(webhookRow));
    return { value: items, text: items.length === 0 ? 'Nobody is told of anything.' : text };
  },
};

/** Of each what became of it last, and when it is tried again. */
const deliveryRow = (one: DeliveryView): readonly string[] => [
  one.deliveryId,
  one.subscriptionId,
  one.orderId,
  one.type,
  one.state,
  String(one.attempts),
  one.lastError === null ? String(one.lastStatus ?? '') : `${one.lastError} ${one.lastStatus ?? ''}`.trim(),
  one.deliveredAt ?? one.nextAttemptAt ?? '',
];

const shownMax = 100;

export const deliveriesCommand: CliCommand = {
  usage: 'deliveries',
  summary: `Notices of the last 30 days and what became of them: the newest ${shownMax}`,
  options: [
    { flags: '--subscription <id>', text: 'only of one subscription' },
    { flags: '--order <id>', text: 'only of one order' },
    { flags: '--state <state>', text: 'PENDING, DELIVERED or STUCK' },
  ],
  callsService: true,
  examples: ['deliveries --state STUCK', 'deliveries --order 01JD0000000000000000000001 --json'],
  run: async (_args, options) => {
    const filter = new URLSearchParams({ limit: String(shownMax) });
    for (const [name, option] of [
      ['subscriptionId', 'subscription'],
      ['orderId', 'order'],
      ['state', 'state'],
    ] as const) {
      const value = textOption(options, option);
      if (value !== undefined) filter.set(name, name === 'state' ? value.toUpperCase() : value);
    }
    const service = await callService(options);
    const { items, nextCursor } = await service.get<{
      readonly items: readonly DeliveryView[];
      readonly nextCursor: string | null;
    }>(`/v1/webhook-deliveries?${filter}`);
    if (items.length === 0) return { value: items, text: 'No deliveries.' };
    const titles = titled(
      'Id',
      'Subscription',
      'Order',
      'Notice',
      'State',
      'Attempts',
      'Last answer',
      'Taken, or next',
    );
    const older = nextCursor === null ? [] : ['There are older ones: name an order, a subscription or a state.'];
    return { value: items, text: [table(titles, items.map(deliveryRow)), ...older].join('\n') };
  },
};

export const redeliverCommand: CliCommand = {
  usage: 'redeliver <deliveryId>',
  summary: 'Send a notice again under the same id, and what waits behind it',
  options: [reasonOption],
  callsService: true,
  examples: ['redeliver 01JD0000000000000000000004 --reason "their endpoint is mended"'],
  run: async ([id = ''], options) => {
    const reason = reasonIn(options);
    const service = await callService(options);
    const value = await service.post(`/v1/webhook-deliveries/${encodeURIComponent(id)}/redeliveries`, { reason });
    return { value, text: `${id} is sent again. Look at it with: throughline deliveries` };
  },
};
