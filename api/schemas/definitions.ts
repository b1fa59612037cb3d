import { z } from 'zod';
import { type DefinitionKind, definitionKinds } from '../../projections/masterData/definitions.ts';
import { listOf } from './answers.ts';
import { code, paging, patterned } from './fields.ts';

const head = {
  ...{ bu: z.string(), id: z.string().meta({ description: 'Within the business unit.' }) },
  version: z.int().positive(),
  revision: z.int().nonnegative().meta({ description: 'What an `If-Match` of the next version names.' }),
  current: z.boolean().meta({ description: 'No later version is known.' }),
  ...{ definedBy: z.string(), definedAt: z.string() },
  contentSha256: z.string().nullable().meta({ description: 'Of policies: over the canonical JSON of the definition.' }),
  approvalId: z.string().nullable().meta({
    description:
      'What a second person agreed to, of policies and of business units; null: nobody had to, as with the first version, which sets the business unit up.',
  }),
  position: z.string(),
};

/** One version with what it says, in the words in which it was put. */
export const definitionOf = (kind: DefinitionKind, body: z.ZodType<object>) =>
  z.object({ kind: z.literal(kind), ...head, definition: body });

export const definitionList = listOf(
  z.object({ kind: z.enum(definitionKinds), ...head }).meta({ id: 'DefinitionHead' }),
);

const version = patterned(/^[1-9]\d{0,8}$/, 'A version is a whole number from 1 on.');

export const versionQuery = z.strictObject({
  version: version.transform(Number).exactOptional().meta({ description: 'Absent: the one in force.' }),
});

export const definitionListQuery = z.strictObject({
  bu: code.exactOptional(),
  kind: z.enum(definitionKinds).exactOptional(),
  id: patterned(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,100}$/,
    'An id of a definition is a code, or two with a dot between.',
  ).exactOptional(),
  versions: z.enum(['current', 'all']).default('current'),
  ...paging,
});
