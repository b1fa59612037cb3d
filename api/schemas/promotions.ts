import { z } from 'zod';
import { crossReferenceKinds } from '../../domain/masterData/partnerEvents.ts';
import { ancestorsMax, artefactFormat, artefactObjectsMax } from '../../domain/promotion/artefact.ts';
import { promotedKinds } from '../../domain/promotion/events.ts';
import { listOf, receipt } from './answers.ts';
import { code, paging, patterned, shortText, ulid } from './fields.ts';
import { lateSupplyBody } from './lateSupply.ts';
import { accountMapBody, businessUnitBody, postingRulesBody, taxCodesBody } from './masterData.ts';
import { crossReferenceBody } from './partners.ts';
import { policyChange } from './policies.ts';

const hash = patterned(/^[0-9a-f]{64}$/, 'A SHA-256 is 64 hexadecimal digits.');
const version = z.int().positive();
const definitionId = patterned(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,100}$/, 'An id is a code, or two with a dot between.');

/** Each definition in the words in which it is put, with what its address says. */
const definitions = {
  'business-unit': businessUnitBody.extend({ bu: code }),
  'tax-codes': taxCodesBody.extend({ bu: code }),
  accounts: accountMapBody.extend({ bu: code }),
  posting: postingRulesBody.extend({ bu: code }),
  'late-supply': lateSupplyBody.extend({ bu: code }),
  'cross-reference': crossReferenceBody.extend({ bu: code, partner: code, kind: z.enum(crossReferenceKinds) }),
} as const;

export const promotedDefinitions = definitions;

const objectHead = {
  id: definitionId.meta({ description: 'Within the business unit, as in the list of definitions.' }),
  version: version.meta({ description: 'That it has where it was exported.' }),
  contentSha256: hash.meta({ description: 'Over the canonical JSON (RFC 8785) of `definition`.' }),
  ancestors: z
    .array(hash)
    .max(ancestorsMax)
    .meta({ description: 'The same of the versions before it, newest first: it may take the place of any of these.' }),
};

const artefactObject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('business-unit'), ...objectHead, definition: definitions['business-unit'] }),
  z.strictObject({ kind: z.literal('tax-codes'), ...objectHead, definition: definitions['tax-codes'] }),
  z.strictObject({ kind: z.literal('accounts'), ...objectHead, definition: definitions.accounts }),
  z.strictObject({ kind: z.literal('posting'), ...objectHead, definition: definitions.posting }),
  z.strictObject({ kind: z.literal('late-supply'), ...objectHead, definition: definitions['late-supply'] }),
  z.strictObject({ kind: z.literal('cross-reference'), ...objectHead, definition: definitions['cross-reference'] }),
]);

const source = z
  .strictObject({
    keyId: patterned(/^[0-9a-f]{16}$/, 'A key id is 16 hexadecimal digits.'),
    publicKey: patterned(/^[A-Za-z0-9+/]{43}=$/, 'A public key is the base64 of 32 bytes.'),
  })
  .meta({ description: 'The key of the environment that it was exported from.' });

export const artefact = z
  .strictObject({
    format: z.literal(artefactFormat),
    bu: code,
    source,
    objects: z.array(artefactObject).min(1).max(artefactObjectsMax),
    sha256: hash.meta({ description: 'Over the canonical JSON (RFC 8785) of all the rest but `signature`.' }),
    signature: patterned(/^[A-Za-z0-9+/]{86}==$/, 'A signature is the base64 of 64 bytes.').meta({
      description: `Ed25519 over the text \`${artefactFormat}\`, a line end and \`sha256\`.`,
    }),
  })
  .meta({
    id: 'PolicyArtefact',
    description:
      'Policies and mappings of one business unit as one signed document. The same versions are the same document, whenever it is exported.',
  });

export const artefactAnswer = z.object({ artefact });

const objectName = patterned(
  new RegExp(`^(${promotedKinds.join('|')}):[A-Za-z0-9][A-Za-z0-9_.-]{0,100}$`),
  'An object is named by its kind and id, as accounts:ACME or cross-reference:NORDBUY.ITEM.',
);

const wanted = z.union([z.enum(promotedKinds), objectName]);

export const artefactQuery = z.strictObject({
  include: z
    .string()
    .max(10_000)
    .transform((text) => text.split(','))
    .pipe(z.array(wanted).min(1).max(artefactObjectsMax))
    .exactOptional()
    .meta({
      description:
        'Kinds, or objects as `accounts` and `cross-reference:NORDBUY.ITEM`, with commas between. Absent: all there are.',
    }),
});

const over = z.array(objectName).max(artefactObjectsMax).default([]).meta({
  description: 'What was changed here, and is replaced all the same, as `accounts:ACME`. Whoever agrees is shown it.',
});

export const previewBody = z.strictObject({ artefact, over }).meta({ id: 'PreviewPromotion' });
export const proposeBody = z.strictObject({ artefact, over, reason: shortText }).meta({ id: 'ProposePromotion' });

const replaces = z.object({ version, contentSha256: z.string() }).nullable().meta({
  description: 'What is in force; null: nothing.',
});

const object = {
  kind: z.enum(promotedKinds),
  id: z.string(),
  sourceVersion: version,
  contentSha256: z.string(),
  outcome: z.enum(['ADDED', 'CHANGED', 'SAME']),
  replaces,
  diverged: z.boolean().meta({
    description: 'What is in force is none of the versions that this one was made from: it was changed here.',
  }),
  differences: policyChange.shape.differences,
};

const promotedObject = z
  .object({ ...object, definition: z.looseObject({ bu: z.string() }) })
  .meta({ id: 'PromotedObject', description: 'An object of an artefact, held against what is in force.' });

const about = { promotionId: z.string(), artefactSha256: z.string(), source };

export const promotionPreview = z
  .object({
    ...about,
    objects: z.array(
      z.object({
        ...object,
        breaks: z
          .array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() }))
          .meta({ description: 'What would be wrong if it came into force. While there is any it is not proposed.' }),
      }),
    ),
  })
  .meta({ id: 'PromotionPreview' });

const phases = ['PROPOSED', 'APPLIED', 'IN_FORCE'] as const;
const inForceAlready = 'IN_FORCE: all of it was in force already when it was proposed.';
const phase = z.enum(phases).meta({ description: inForceAlready });
const state = z.enum([...phases, 'APPLYING']).meta({
  description: `${inForceAlready} APPLYING: part of it is in force, on a log that has no append to several streams; who was cut off there repeats the application.`,
});

const versions = z.array(z.object({ kind: z.enum(promotedKinds), id: z.string(), version: z.int().nonnegative() }));

const head = {
  ...{ bu: z.string(), ...about, state, reason: z.string() },
  ...{ proposedBy: z.string(), proposedAt: z.string() },
  ...{ approvalId: z.string().nullable(), approvedBy: z.string().nullable() },
  ...{ appliedBy: z.string().nullable(), appliedAt: z.string().nullable() },
  versions: versions.nullable().meta({ description: 'Of everything that the artefact holds, once it is applied.' }),
  ...{ revision: z.int().nonnegative(), position: z.string() },
};

export const promotion = z.object({ ...head, objects: z.array(promotedObject) }).meta({ id: 'Promotion' });
export const promotionList = listOf(z.object(head).meta({ id: 'PromotionHead' }));

export const promotionProposed = z
  .object({
    ...{ bu: z.string(), ...about, state: phase, reason: z.string(), proposedBy: z.string() },
    objects: z.array(promotedObject),
    receipt,
  })
  .meta({ id: 'ProposedPromotion' });

export const applyBody = z
  .strictObject({
    artefactSha256: hash.meta({ description: 'Of the artefact that was looked at, as the promotion has it.' }),
  })
  .meta({ id: 'ApplyPromotion' });

export const promotionApplied = z
  .object({ promotionId: z.string(), state: z.enum(['APPLIED', 'IN_FORCE']), versions, receipt })
  .meta({ id: 'AppliedPromotion' });

export const unitParams = z.strictObject({ bu: code });
export const promotionParams = z.strictObject({ bu: code, promotionId: ulid });

export const promotionListQuery = z.strictObject({
  state: state.exactOptional(),
  ...paging,
});
