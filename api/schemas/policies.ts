import { z } from 'zod';

const fields = z.record(z.string(), z.string()).nullable();

const replaces = z.object({ version: z.int().positive(), contentSha256: z.string() }).meta({
  description: 'The version in force when it was asked. Once another one is, what was agreed to covers nothing.',
});

const change = z.object({
  replaces,
  contentSha256: z.string().meta({ description: 'Over the canonical JSON of what would be published.' }),
  differences: z
    .array(
      z.object({
        kind: z.enum(['ADDED', 'REMOVED', 'CHANGED']),
        part: z.string().meta({
          description:
            'As the definition has it: accounts, rules, templates, items, charges; of a business unit profile, of late supply lateSupply, of intercompany owners and nodes.',
        }),
        key: z.string(),
        before: fields,
        after: fields,
      }),
    )
    .meta({ description: 'None: it says the same, in this order or another one.' }),
});

export const policyChange = change.meta({
  id: 'PolicyChange',
  description: 'What of a rule set or a business unit would be different.',
});

export const policyDryRun = z
  .object({
    bu: z.string(),
    version: z
      .int()
      .positive()
      .meta({ description: 'That it would have; where it says what is in force already, the version in force.' }),
    needsApproval: z.boolean().meta({ description: 'Publishing it takes a second person who agrees.' }),
    change: change.extend({ replaces: replaces.nullable() }),
  })
  .meta({ id: 'PolicyDryRun' });
