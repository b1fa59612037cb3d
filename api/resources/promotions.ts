import { contentSha256 } from '../../commands/canonicalJson.ts';
import { signedArtefact } from '../../commands/promotion/artefact.ts';
import type { PromotionPreview } from '../../commands/promotion/propose.ts';
import { canonicalJson } from '../../domain/evidence/canonicalJson.ts';
import {
  type ArtefactObject,
  artefactBytesMax,
  artefactObjectsMax,
  nameOfObject,
} from '../../domain/promotion/artefact.ts';
import { promotedKinds } from '../../domain/promotion/events.ts';
import type { PromotableDefinition } from '../../projections/masterData/promotions.ts';
import { requireScope } from '../authorise.ts';
import { settled } from '../outcome.ts';
import { HttpProblem } from '../problem.ts';
import { check, command, longCommand, type Route, read } from '../route.ts';
import {
  applyBody,
  artefactAnswer,
  artefactQuery,
  previewBody,
  promotedDefinitions,
  promotion,
  promotionApplied,
  promotionList,
  promotionListQuery,
  promotionParams,
  promotionPreview,
  promotionProposed,
  proposeBody,
  unitParams,
} from '../schemas/promotions.ts';
import { catchUp } from '../waitForPosition.ts';

const tag = 'Governance';

/** As it would be sent today, as when it is read at its own address. */
const objectOf = ({ kind, id, version, content, earlier }: PromotableDefinition): ArtefactObject => {
  const { version: _, contentSha256: __, approvalId: ___, ...said } = content;
  const parsed = promotedDefinitions[kind].safeParse(said);
  if (!parsed.success)
    throw new HttpProblem('MASTER_DATA_INVALID', `${nameOfObject({ kind, id })} would not be taken any more as it is.`);
  const ancestors = earlier.map((one) => {
    if (one.contentSha256 !== null || one.content === null) return one.contentSha256 ?? '';
    const { version: _version, approvalId: _approval, ...before } = one.content;
    return contentSha256(before);
  });
  const definition = parsed.data;
  // The definition is of its kind: the schema of that kind has read it.
  return { kind, id, version, contentSha256: contentSha256(definition), ancestors, definition } as ArtefactObject;
};

/** Objects that are named and not there; a kind of which there is nothing is no mistake. */
const missingOf = (
  include: readonly string[] | undefined,
  found: readonly PromotableDefinition[],
): readonly string[] => {
  const names = new Set(found.map(nameOfObject));
  return (include ?? []).filter((name) => name.includes(':') && !names.has(name));
};

const tooMuch = (): HttpProblem =>
  new HttpProblem(
    'VALIDATION_FAILED',
    `An artefact holds ${artefactObjectsMax} objects in ${artefactBytesMax} bytes; name some of them (\`include\`), and the others in another one.`,
  );

const inOrder = (objects: readonly ArtefactObject[]): readonly ArtefactObject[] =>
  promotedKinds.flatMap((kind) =>
    objects.filter((object) => object.kind === kind).sort((a, b) => (a.id < b.id ? -1 : 1)),
  );

const exportArtefact = read({
  operation: 'exportPolicies',
  path: '/v1/policies/{bu}/artefact',
  tag,
  summary: 'Policies and mappings of a business unit as one signed document, to be proposed in another environment',
  description:
    'Business unit, tax codes, account map, posting rules, late-supply policy and cross-references as they are in force. It names the version of each and the hashes of the versions before it. The same versions are the same document, to the byte of its canonical JSON.',
  params: unitParams,
  query: artefactQuery,
  answer: artefactAnswer,
  models: ['master_data'],
  handle: async ({ params: { bu }, query: { include } }, call, deps) => {
    const { signer } = deps.evidence;
    if (signer === undefined)
      throw new HttpProblem('SERVICE_UNAVAILABLE', 'This process has no key to sign an artefact with.');
    const { definitions, isTooMuch } = await deps.reads.promotableDefinitions(bu, include, call.scope);
    if (isTooMuch) throw tooMuch();
    const missing = missingOf(include, definitions);
    if (missing.length > 0) throw new HttpProblem('NOT_FOUND', `There is no ${missing.join(', ')}.`);
    if (definitions.length === 0) return undefined;
    const artefact = signedArtefact(bu, inOrder(definitions.map(objectOf)), signer);
    if (Buffer.byteLength(canonicalJson(artefact)) > artefactBytesMax) throw tooMuch();
    return { artefact };
  },
});

const withoutDefinition = ({ objects, ...preview }: PromotionPreview) => ({
  ...preview,
  objects: objects.map(({ definition: _, ...object }) => object),
});

const preview = check({
  operation: 'previewPromotion',
  path: '/v1/policies/{bu}/promotions/dry-runs',
  tag,
  summary: 'What an artefact would change here, and what it would break',
  description: 'Changes nothing, keeps nothing and asks nobody, so it needs no key.',
  params: unitParams,
  body: previewBody,
  answer: promotionPreview,
  models: ['master_data', 'periods'],
  refusals: [],
  handle: async ({ params, body }, call, deps) => {
    requireScope(call.principal, params);
    const books = await deps.reads.bookDays(params.bu);
    const found = await deps.operations.previewPromotion({ ...params, ...body, books });
    if (found.kind === 'previewed') return withoutDefinition(found.value);
    return settled<never>(found).value;
  },
});

const propose = command({
  operation: 'proposePromotion',
  path: '/v1/policies/{bu}/promotions',
  tag,
  summary: 'Propose an artefact of another environment, which a second person is to agree to',
  description:
    'Refused ARTEFACT_ALTERED where it was edited, ARTEFACT_UNTRUSTED where nobody signed it who is trusted here, PROMOTION_STALE where something was changed here that the artefact does not know of, and PROMOTION_BREAKS where it would leave something without what it needs; each says which object. The same artefact against the same versions is the same proposal.',
  params: unitParams,
  body: proposeBody,
  status: 201,
  answer: promotionProposed,
  refusals: [409],
  creates: true,
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, params);
    const books = await deps.reads.bookDays(params.bu);
    return deps.operations.proposePromotion({ ...params, ...body, books }, call.context);
  },
  tell: (value, receipt) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: `/v1/policies/${value.bu}/promotions/${value.promotionId}`,
  }),
});

const apply = longCommand({
  operation: 'applyPromotion',
  path: '/v1/policies/{bu}/promotions/{promotionId}/applications',
  tag,
  summary: 'Put a proposed artefact in force, all of it or nothing, after somebody else agreed',
  description:
    'The first call is refused APPROVAL_REQUIRED with the id of an approval; once another person of finance or admin, who has not proposed it, agreed there, the same call puts exactly that in force. Refused PROMOTION_STALE, with each object, where another version came into force since it was proposed. On a log that has no append to several streams objects come into force one after the other: the promotion is APPLYING until all are, and the same call goes on with the rest.',
  params: promotionParams,
  body: applyBody,
  status: 201,
  answer: promotionApplied,
  refusals: [403, 404, 409],
  handle: async ({ params, body }, call, deps) => {
    requireScope(call.principal, params);
    // A period that was closed a moment ago counts.
    await catchUp(deps, ['periods']);
    const books = await deps.reads.bookDays(params.bu);
    const asked = { ...params, ...body, books, ...call.condition };
    const { value, receipt } = settled(await deps.operations.applyPromotion(asked, call.context));
    const location = `/v1/policies/${params.bu}/promotions/${params.promotionId}`;
    return { body: { ...value, receipt }, etag: receipt.revision, position: receipt.position, location };
  },
});

const list = read({
  operation: 'listPromotions',
  path: '/v1/policies/{bu}/promotions',
  tag,
  summary: 'What was proposed from other environments, what changed last first',
  params: unitParams,
  query: promotionListQuery,
  answer: promotionList,
  models: ['master_data'],
  handle: ({ params, query }, call, deps) => deps.reads.listPromotions({ ...params, ...query }, call.scope),
});

const readOne = read({
  operation: 'readPromotion',
  path: '/v1/policies/{bu}/promotions/{promotionId}',
  tag,
  summary: 'One promotion, with all that it changes',
  params: promotionParams,
  answer: promotion,
  models: ['master_data'],
  handle: ({ params }, call, deps) => deps.reads.promotionById(params.bu, params.promotionId, call.scope),
});

export const promotionRoutes: readonly Route[] = [exportArtefact, preview, propose, apply, list, readOne];
