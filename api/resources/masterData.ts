import { z } from 'zod';
import type { Application, Outcome } from '../../commands/application.ts';
import type { CommandContext } from '../../commands/ports.ts';
import { crossReferenceKinds } from '../../domain/masterData/partnerEvents.ts';
import { crossReferenceId, type DefinitionKind } from '../../projections/masterData/definitions.ts';
import type { DefinitionView } from '../../projections/masterData/queries.ts';
import { requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import type { ApiDeps } from '../deps.ts';
import type { Operation } from '../permissions.ts';
import { type CommandCall, command, type Route, read } from '../route.ts';
import { definitionList, definitionListQuery, definitionOf, versionQuery } from '../schemas/definitions.ts';
import { code } from '../schemas/fields.ts';
import { intercompanyBody } from '../schemas/intercompany.ts';
import { lateSupplyBody } from '../schemas/lateSupply.ts';
import {
  accountMapBody,
  businessUnitBody,
  customerBody,
  definitionAnswer,
  itemBody,
  nodeBody,
  postingRulesBody,
  priceListBody,
  taxCodesBody,
} from '../schemas/masterData.ts';
import { crossReferenceBody, partnerBody } from '../schemas/partners.ts';

const tag = 'Master data';

type Define<Input> = (
  application: Application,
) => (input: Input, context: CommandContext) => Promise<Outcome<{ readonly version: number }>>;

type Declared<P extends z.ZodType<{ readonly bu: string }>, B extends z.ZodType<object>> = {
  readonly kind: DefinitionKind;
  readonly operation: Operation;
  readonly reading: Operation;
  readonly path: `/v1/${string}`;
  readonly summary: string;
  readonly description?: string;
  readonly refusals?: readonly number[];
  readonly params: P;
  /** Its id within the business unit. */
  readonly id: (params: z.output<P>) => string;
  readonly body: B;
  readonly define: Define<z.output<P> & z.output<B> & { readonly ifMatch?: number }>;
};

/**
 * What was defined as it would be sent today: without what its address says and what the service added, and with what is usual
 * where an older version says nothing of it. One that would not be taken any more is shown as it is.
 */
const asSent = ({ content, ...head }: DefinitionView, address: object, body: z.ZodType<object>) => {
  const { version: _, contentSha256: __, approvalId: ___, crmAccount: ____, ...said } = content;
  const definition = Object.fromEntries(Object.entries(said).filter(([name]) => !(name in address)));
  return { ...head, definition: body.safeParse(definition).data ?? definition };
};

/** Every definition is a full, versioned replacement of the one before, and reads back at the address that it is put to. */
const definition = <P extends z.ZodType<{ readonly bu: string }>, B extends z.ZodType<object>>(
  declared: Declared<P, B>,
): readonly Route[] => [
  command({
    operation: declared.operation,
    method: 'put',
    path: declared.path,
    tag,
    summary: declared.summary,
    ...(declared.description !== undefined && { description: declared.description }),
    params: declared.params,
    body: declared.body,
    status: 200,
    answer: definitionAnswer,
    refusals: declared.refusals ?? [409],
    ask: async (input, call: CommandCall, deps: ApiDeps) => {
      const params: z.output<P> = input.params;
      requireScope(call.principal, { bu: params.bu });
      const definition = { ...params, ...(input.body as z.output<B>), ...call.condition };
      return declared.define(deps.application)(definition, call.context);
    },
    tell: ({ version }, receipt) => ({ body: { version, receipt }, etag: receipt.revision }),
  }),
  read({
    operation: declared.reading,
    path: declared.path,
    tag,
    summary: 'What is defined, in force or of an earlier version',
    params: declared.params,
    query: versionQuery,
    answer: definitionOf(declared.kind, declared.body),
    models: ['master_data'],
    handle: async (input, call, deps) => {
      const params: z.output<P> = input.params;
      const name = { bu: params.bu, kind: declared.kind, id: declared.id(params) };
      const found = await deps.reads.definitionOf(name, input.query.version, call.scope);
      return found && asSent(found, params, declared.body);
    },
  }),
];

const list = read({
  operation: 'listDefinitions',
  path: '/v1/definitions',
  tag,
  summary: 'What is defined or published, by whom and when, newest first',
  description:
    'Items, customers, nodes, price lists, partners, cross-references, business units, account maps, posting rules, tax codes, late-supply and intercompany policies. `versions=all` shows those that were replaced too; what each says is read at its own address with `version`.',
  query: definitionListQuery,
  objections: unknownBooks,
  answer: definitionList,
  models: ['master_data'],
  handle: ({ query }, call, deps) => deps.reads.listDefinitions(query, call.scope),
});

const businessUnit = z.strictObject({ bu: code });
const ofBusinessUnit = ({ bu }: { readonly bu: string }): string => bu;

const limitsAgreedTo = {
  description:
    'Where it raises `creditMemoLimit`, `writeOffLimit`, `costCorrectionLimit`, `taxDifferenceLimit` or `giftLimit` of the version in force, the first call is refused APPROVAL_REQUIRED with the id of an approval, which shows all that would be different; once another person of finance or admin agreed there, the same request puts exactly that in force. Whoever agreed cannot send it (SOD_VIOLATION). Where another version comes into force in between, it is asked for anew.',
  refusals: [403, 409],
} as const;

/** What every later journal follows. */
const agreedTo = {
  description:
    'The first version sets the business unit up. For other content than what is in force the first call is refused APPROVAL_REQUIRED with the id of an approval, which shows what would be different; once another person agreed there, the same request publishes exactly that. Whoever agreed cannot publish it (SOD_VIOLATION). Where another version comes into force in between, it is asked for anew.',
  refusals: [403, 409],
} as const;

export const masterDataRoutes: readonly Route[] = [
  list,
  ...definition({
    kind: 'item',
    operation: 'defineItem',
    reading: 'readItem',
    path: '/v1/items/{bu}/{item}',
    summary: 'Define an item with its units',
    params: z.strictObject({ bu: code, item: code }),
    id: ({ item }) => item,
    body: itemBody,
    define: (application) => application.defineItem,
  }),
  ...definition({
    kind: 'customer',
    operation: 'defineCustomer',
    reading: 'readCustomer',
    path: '/v1/customers/{bu}/{customer}',
    summary: 'Define a customer with ship-tos and contract',
    params: z.strictObject({ bu: code, customer: code }),
    id: ({ customer }) => customer,
    body: customerBody,
    define: (application) => application.defineCustomer,
  }),
  ...definition({
    kind: 'node',
    operation: 'defineNode',
    reading: 'readNode',
    path: '/v1/nodes/{bu}/{node}',
    summary: 'Define a warehouse or supplier node',
    params: z.strictObject({ bu: code, node: code }),
    id: ({ node }) => node,
    body: nodeBody,
    define: (application) => application.defineNode,
  }),
  ...definition({
    kind: 'price-list',
    operation: 'definePriceList',
    reading: 'readPriceList',
    path: '/v1/price-lists/{bu}/{priceListId}',
    summary: 'Define a price list',
    params: z.strictObject({ bu: code, priceListId: code }),
    id: ({ priceListId }) => priceListId,
    body: priceListBody,
    define: (application) => application.definePriceList,
  }),
  ...definition({
    kind: 'partner',
    operation: 'definePartner',
    reading: 'readPartner',
    path: '/v1/partners/{bu}/{partner}',
    summary: 'Define an EDI partner that speaks for a customer',
    params: z.strictObject({ bu: code, partner: code }),
    id: ({ partner }) => partner,
    body: partnerBody,
    define: (application) => application.definePartner,
  }),
  ...definition({
    kind: 'cross-reference',
    operation: 'defineCrossReference',
    reading: 'readCrossReference',
    path: '/v1/cross-references/{bu}/{partner}/{kind}',
    summary: 'Define what a partner calls items, ship-tos, units or charges of ours',
    params: z.strictObject({ bu: code, partner: code, kind: z.enum(crossReferenceKinds) }),
    id: ({ partner, kind }) => crossReferenceId(partner, kind),
    body: crossReferenceBody,
    define: (application) => application.defineCrossReference,
  }),
  ...definition({
    kind: 'business-unit',
    operation: 'defineBusinessUnit',
    reading: 'readBusinessUnit',
    path: '/v1/business-units/{bu}',
    summary: 'Define a business unit',
    ...limitsAgreedTo,
    params: businessUnit,
    id: ofBusinessUnit,
    body: businessUnitBody,
    define: (application) => application.defineBusinessUnit,
  }),
  ...definition({
    kind: 'accounts',
    operation: 'publishAccountMap',
    reading: 'readAccountMap',
    path: '/v1/policies/{bu}/accounts',
    summary: 'Publish the map from account roles to accounts',
    ...agreedTo,
    params: businessUnit,
    id: ofBusinessUnit,
    body: accountMapBody,
    define: (application) => application.publishAccountMap,
  }),
  ...definition({
    kind: 'posting',
    operation: 'publishPostingRules',
    reading: 'readPostingRules',
    path: '/v1/policies/{bu}/posting',
    summary: 'Publish the posting rules',
    ...agreedTo,
    params: businessUnit,
    id: ofBusinessUnit,
    body: postingRulesBody,
    define: (application) => application.publishPostingRules,
  }),
  ...definition({
    kind: 'tax-codes',
    operation: 'publishTaxCodes',
    reading: 'readTaxCodes',
    path: '/v1/policies/{bu}/tax-codes',
    summary: "Publish the map from tax codes to the tax engine's",
    ...agreedTo,
    params: businessUnit,
    id: ofBusinessUnit,
    body: taxCodesBody,
    define: (application) => application.publishTaxCodes,
  }),
  ...definition({
    kind: 'late-supply',
    operation: 'publishLateSupply',
    reading: 'readLateSupply',
    path: '/v1/policies/{bu}/late-supply',
    summary: 'Publish what happens when announced supply is late or slips',
    ...agreedTo,
    params: businessUnit,
    id: ofBusinessUnit,
    body: lateSupplyBody,
    define: (application) => application.publishLateSupply,
  }),
  ...definition({
    kind: 'intercompany',
    operation: 'publishIntercompany',
    reading: 'readIntercompany',
    path: '/v1/policies/{bu}/intercompany',
    summary: 'Publish whose the goods at nodes are, and at what price their owners sell them to this business unit',
    ...agreedTo,
    params: businessUnit,
    id: ofBusinessUnit,
    body: intercompanyBody,
    define: (application) => application.publishIntercompany,
  }),
];
