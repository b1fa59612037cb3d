import { describe, expect, test } from '@jest/globals';
import { eventsOf } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import {
  acknowledged,
  close,
  december,
  instance,
  november,
  october,
  ofLedger,
  open,
  reopen,
  reverse,
  softClose,
  statesOf,
  unseen,
} from './periodInstances.ts';
import { must } from './world.ts';

inNewUnits('PR');

const killed = { act: () => Promise.reject(new Error('killed')) };

describe('a correction that is under way while its period closes', () => {
  test('is posted later where it is written after the close', async () => {
    await open(november, december);
    await softClose(november);
    // It is noted in the period before the close begins, and written after the checklist was read.
    const late = instance({ type: 'ReverseJournal', act: () => close(november) });
    await reverse('J-1', late);
    expect((await statesOf())[november]).toBe('CLOSED');
    expect(await unseen()).toEqual([]);
  });

  test('is posted later where it is written between the look and the close', async () => {
    await open(november, december);
    await softClose(november);
    const mayWrite = Promise.withResolvers<void>();
    const noted = Promise.withResolvers<void>();
    const late = instance({
      type: 'ReverseJournal',
      act: async () => {
        noted.resolve();
        await mayWrite.promise;
      },
    });
    const correcting = reverse('J-1', late);
    await noted.promise;
    const closing = instance(undefined, async () => {
      mayWrite.resolve();
      await correcting;
    });
    await close(november, closing);
    await correcting;
    expect(await unseen()).toEqual([]);
  });

  test('of two services at once, time after time', async () => {
    await open(november, december);
    for (let round = 1; round <= 5; round += 1) {
      await softClose(november);
      const journals = [1, 2, 3, 4].map((n) => `J-${round}-${n}`);
      await Promise.all([...journals.map((id) => reverse(id)), close(november), close(november)]);
      expect(await unseen()).toEqual([]);
      await reopen(november);
    }
  });
});

describe('a journal that is posted anew', () => {
  const written = async () =>
    (await eventsOf(world, bu)).map(({ type }) => type).filter((type) => /^(Gl|PeriodCorrected)/.test(type));
  const once = ['PeriodCorrected', 'GlReversalRequested', 'GlRepostRequested'];

  test('killed after it was noted in the period, is posted anew by its repetition, once', async () => {
    await open(november, december);
    const context = world.as('corrector');
    const dying = instance({ type: 'RepostJournal', ...killed });
    await expect(dying.repostJournal(acknowledged('J-1'), context)).rejects.toThrow('killed');
    expect(await written()).toEqual(['PeriodCorrected']);
    const answers = [1, 2, 3].map(() => instance().repostJournal(acknowledged('J-1'), context));
    const told = await Promise.all([
      ...answers.map(must),
      must(instance().repostJournal(acknowledged('J-1'), context)),
    ]);
    expect(new Set(told.map(({ repostedBy }) => repostedBy)).size).toBe(1);
    expect(await written()).toEqual(once);
  });

  test('by two people at once, is posted anew once', async () => {
    await open(november, december);
    const answers = await Promise.all(
      ['ann', 'ben'].map((who) => instance().repostJournal(acknowledged('J-1'), world.as(who))),
    );
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
    expect((await written()).filter((type) => type !== 'PeriodCorrected')).toEqual(once.slice(1));
  });

  test('is refused when the period was closed before its repetition, and answered as before when it was done', async () => {
    await open(november, december);
    const [cut, whole] = [world.as('corrector'), world.as('corrector')];
    const dying = instance({ type: 'RepostJournal', ...killed });
    await expect(dying.repostJournal(acknowledged('J-1'), cut)).rejects.toThrow('killed');
    const before = await must(instance().repostJournal(acknowledged('J-2'), whole));
    await softClose(november);
    await must(close(november));
    expect(await instance().repostJournal(acknowledged('J-1'), cut)).toMatchObject({
      ...{ kind: 'refused', refusal: { refused: 'PERIOD_CLOSED' } },
    });
    expect(await must(instance().repostJournal(acknowledged('J-2'), whole))).toEqual(before);
  });
});

describe('a close that is cut off', () => {
  test('goes on when anybody closes again, and is taken back by a soft close', async () => {
    await open(november, december);
    await softClose(november);
    const dying = () => close(november, instance({ type: 'ClosePeriod', ...killed }));
    await expect(dying()).rejects.toThrow('killed');
    expect((await statesOf())[november]).toBe('CLOSING');
    expect(await reverse('J-1')).toMatchObject({ kind: 'refused', refusal: { refused: 'PERIOD_CLOSED' } });
    await softClose(november);
    expect(await reverse('J-1')).toMatchObject({ kind: 'done' });
    await expect(dying()).rejects.toThrow('killed');
    await must(close(november));
    expect((await statesOf())[november]).toBe('CLOSED');
  });

  test('is taken back when something came into the books in the moment before it began', async () => {
    await open(november, december);
    await softClose(november);
    let looks = 0;
    const blockers = () => {
      looks += 1;
      return looks > 1 ? ['JOURNALS_NOT_SEALED'] : [];
    };
    const answer = await close(november, instance(undefined, undefined, blockers));
    expect(answer).toMatchObject({
      ...{ kind: 'refused' },
      refusal: { refused: 'PERIOD_NOT_READY', data: { blockers: ['JOURNALS_NOT_SEALED'] } },
    });
    expect((await statesOf())[november]).toBe('SOFT_CLOSED');
  });

  test('and a reopening that is cut off is waited for: the same request goes on', async () => {
    await open(october, november, december);
    await softClose(october);
    await must(close(october));
    await softClose(november);
    await expect(reopen(october, instance({ type: 'ReopenPeriod', ...killed }))).rejects.toThrow('killed');
    expect(await close(november)).toMatchObject({ kind: 'refused', refusal: { refused: 'PERIOD_OUT_OF_ORDER' } });
    await must(reopen(october));
    await softClose(october);
    await must(close(october));
    await must(close(november));
  });
});

describe('the order of periods', () => {
  const closedOctober = async () => {
    await open(october, november, december);
    await softClose(october);
    await must(close(october));
    await softClose(november);
  };
  const isInOrder = async () => {
    const states = await statesOf();
    return states[november] !== 'CLOSED' || states[october] === 'CLOSED';
  };

  test('no period is closed behind one that is being reopened', async () => {
    await closedOctober();
    const late = instance({ type: 'ReopenPeriod', act: () => close(november) });
    await reopen(october, late);
    expect(await isInOrder()).toBe(true);
  });

  test('no period is reopened before one that is being closed', async () => {
    await closedOctober();
    const late = instance({ type: 'ClosePeriod', act: () => reopen(october) });
    await close(november, late);
    expect(await isInOrder()).toBe(true);
  });

  test('nor by two services at once, time after time', async () => {
    await closedOctober();
    for (let round = 1; round <= 5; round += 1) {
      await Promise.all([close(november), reopen(october), close(november)]);
      expect(await isInOrder()).toBe(true);
      if ((await statesOf())[november] === 'CLOSED') await must(reopen(november));
      const { [october]: state } = await statesOf();
      if (state !== 'CLOSED') {
        await softClose(october);
        await must(close(october));
      }
      await softClose(november);
    }
  });

  test('none is opened behind a closed one', async () => {
    await open(november, december);
    await softClose(november);
    await must(close(november));
    const answer = await instance().openPeriod(ofLedger(october), world.as('opener'));
    expect(answer).toMatchObject({ kind: 'refused', refusal: { refused: 'PERIOD_OUT_OF_ORDER' } });
  });

  test('nor behind one that is being closed', async () => {
    await open(november, december);
    await softClose(november);
    const late = instance({ type: 'OpenPeriod', act: () => close(november) });
    await late.openPeriod(ofLedger(october), world.as('opener'));
    expect(await isInOrder()).toBe(true);
  });
});
