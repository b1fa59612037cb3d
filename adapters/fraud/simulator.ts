import { z } from 'zod';
import type {
  RunningSimulator,
  SimulatedAnswer,
  SimulatedRoute,
  SimulatorOptions,
  SimulatorTools,
} from '../http/simulatedPartner.ts';
import { type BookEntry, bookEntry, type SaleRequest, saleRequest } from './schema.ts';

export type FraudSimulatorOptions = SimulatorOptions & {
  /** The API key to demand; absent: none. */
  readonly apiKey?: string;
};

type Action = BookEntry['action'];

type Book = {
  readonly orders: Map<string, BookEntry>;
  /** What is said of orders of an account, where somebody asked for it. */
  readonly ofAccounts: Map<string, Action>;
  /** Orders that were sent when they were there already. */
  repeated: number;
};

const ordersMax = 500_000;
const scores = { ACCEPT: 812.5, HOLD: 431, REJECT: 58.25 } as const;

/** As payment sandboxes have it: what a checkout is called says how it ends. */
const sandbox = new Map<string, Action>([
  ['sandbox-review', 'HOLD'],
  ['sandbox-reject', 'REJECT'],
  ['sandbox-later', null],
]);

const refused = (status: number, message: string): SimulatedAnswer => ({ status, body: { messages: [message] } });

const shown = ({ signifydId, orderId, action, score, createdAt }: BookEntry) => ({
  ...{ signifydId, orderId },
  ...(action !== null && { decision: { createdAt, checkpointAction: action, score } }),
});

const judged = (book: Book, { checkoutId = '', userAccount }: SaleRequest): Action => {
  const asked = book.ofAccounts.get(userAccount.accountNumber);
  return asked === undefined ? (sandbox.has(checkoutId) ? (sandbox.get(checkoutId) ?? null) : 'ACCEPT') : asked;
};

const assess = (book: Book, tools: SimulatorTools, body: unknown): SimulatedAnswer => {
  const parsed = saleRequest.safeParse(body);
  if (!parsed.success) return refused(400, 'The order is not complete.');
  const { orderId } = parsed.data;
  const known = book.orders.get(orderId);
  if (known !== undefined) book.repeated += 1;
  if (known === undefined && book.orders.size >= ordersMax) return refused(507, 'This simulator is full.');
  const action = judged(book, parsed.data);
  const signifydId = known?.signifydId ?? book.orders.size + 1;
  const entry = { signifydId, orderId, action, score: scores[action ?? 'HOLD'], createdAt: new Date().toISOString() };
  tools.record(entry);
  return { status: 201, body: shown(entry) };
};

const wish = z.strictObject({
  account: z.string().max(100).optional(),
  orderId: z.string().max(100).optional(),
  action: z.enum(['ACCEPT', 'HOLD', 'REJECT', 'LATER']),
});

/** `POST /control/decisions`: what is said of every new order of an account (`ACME:C-1001`), or of one order that waits. */
const decide = (book: Book, tools: SimulatorTools, body: unknown): SimulatedAnswer => {
  const parsed = wish.safeParse(body);
  if (!parsed.success) return refused(400, 'Name an account or an order, and an action.');
  const { account, orderId, action: asked } = parsed.data;
  const action = asked === 'LATER' ? null : asked;
  if (account !== undefined) book.ofAccounts.set(account, action);
  const known = orderId === undefined ? undefined : book.orders.get(orderId);
  if (known !== undefined) tools.record({ ...known, action, score: scores[action ?? 'HOLD'] });
  return { status: 200, body: { account, orderId, action } };
};

const routesOf = (book: Book, tools: SimulatorTools): readonly SimulatedRoute[] => [
  {
    operation: 'assess',
    method: 'POST',
    path: '/v3/orders/events/sales',
    handle: ({ body }) => assess(book, tools, body),
  },
  {
    operation: 'findDecision',
    method: 'GET',
    path: '/v3/orders/:order/decision',
    handle: ({ params }) => {
      const held = book.orders.get(params.order ?? '');
      return held === undefined ? refused(404, 'There is no such order.') : { status: 200, body: shown(held) };
    },
  },
  {
    operation: 'control',
    method: 'POST',
    path: '/control/decisions',
    handle: ({ body }) => decide(book, tools, body),
  },
];

/** Signifyd acted out: it accepts, unless the checkout's name or somebody at `/control/decisions` wants something else. */
export const startFraudSimulator = (options: FraudSimulatorOptions): Promise<RunningSimulator> => {
  const { serve, apiKey, ...place } = options;
  const authorization =
    apiKey === undefined ? {} : { authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}` };
  return serve({ ...place, name: 'fraud', ...authorization }, (tools) => {
    const book: Book = { orders: new Map(), ofAccounts: new Map(), repeated: 0 };
    const count = (action: Action): number => [...book.orders.values()].filter((held) => held.action === action).length;
    return {
      routes: routesOf(book, tools),
      apply: (entry) => {
        const parsed = bookEntry.parse(entry);
        book.orders.set(parsed.orderId, parsed);
      },
      state: () => ({
        ...{ orders: book.orders.size, accepted: count('ACCEPT'), held: count('HOLD'), rejected: count('REJECT') },
        ...{ undecided: count(null), repeated: book.repeated },
      }),
    };
  });
};
