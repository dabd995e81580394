using CsCheck;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Stores.Indexing;
using Mesh.Testing.Resources;

namespace Mesh.Stores.Tests.Indexing;

public sealed class ChangeLogTests
{
    private const int KeptDeletions = 3;

    /// <summary>Whether it is a deletion, and of which name.</summary>
    private static readonly Gen<(bool Deletes, int Name)[]> _steps = Gen.Select(Gen.Bool, Gen.Int[0, 40]).Array[0, 1500];

    [Fact]
    public void Add_RandomChanges_ShowsTheNewestOfEachKeyInOrder() => _steps.Sample(
        steps =>
        {
            var log = new ChangeLog(KeptDeletions);
            var model = Run(steps, log);

            var seen = Read(log, log.Oldest);
            Assert.Equal(model.Values.Where(change => change.Revision > log.Oldest).OrderBy(change => change.Revision), seen);
            Assert.Equal(Existing(model), log.CopyExisting());
        },
        iter: 200);

    [Fact]
    public void StartFrom_WhatALogHeld_ShowsTheSame() => _steps.Sample(
        steps =>
        {
            var log = new ChangeLog(int.MaxValue);
            var model = Run(steps, log);
            var again = new ChangeLog(int.MaxValue);

            Resource[] existing = steps.Length % 2 == 0 ? [.. Existing(model)] : [.. Existing(model).Reverse()];
            again.StartFrom(0, existing, [.. model.Values.Where(change => change.Kind == ChangeKind.Deleted)]);

            Assert.Equal(Read(log, 0), Read(again, 0));
            Assert.Equal(log.CopyExisting(), again.CopyExisting());
        },
        iter: 100);

    [Fact]
    public void Add_OneKeyAgainAndAgain_LetsGoOfWhatWasReplaced()
    {
        var log = new ChangeLog(KeptDeletions);
        var first = Replace(log);
        for (var i = 0; i < 50; i++)
        {
            GC.Collect();
        }

        Assert.False(first.TryGetTarget(out _));
        Assert.Single(log.CopyExisting());
    }

    /// <summary>In a method of its own, so that no local keeps what was replaced.</summary>
    private static WeakReference<Resource> Replace(ChangeLog log)
    {
        var first = TestKinds.New(TestKinds.Thing, "a") with { Revision = 1 };
        log.Add(StoredChange.Put(first, null));
        log.Add(StoredChange.Put(first with { Revision = 2 }, first));
        return new WeakReference<Resource>(first);
    }

    private static Dictionary<string, ResourceChange> Run((bool Deletes, int Name)[] steps, ChangeLog log)
    {
        var model = new Dictionary<string, ResourceChange>(StringComparer.Ordinal);
        var revision = 0L;
        foreach (var (deletes, number) in steps)
        {
            var name = $"name-{number}";
            var before = model.TryGetValue(name, out var last) && last.Kind == ChangeKind.Put ? last.Resource : null;
            if (deletes && before is null)
            {
                continue;
            }

            revision++;
            var change = deletes
                ? StoredChange.Deleted(before!, revision)
                : StoredChange.Put(TestKinds.New(TestKinds.Thing, name) with { Revision = revision }, before);
            log.Add(change);
            model[name] = change.Change;
        }

        return model;
    }

    private static IEnumerable<Resource> Existing(Dictionary<string, ResourceChange> model) =>
        model.Values.Where(change => change.Kind == ChangeKind.Put).OrderBy(change => change.Revision).Select(change => change.Resource!);

    private static List<ResourceChange> Read(ChangeLog log, long after)
    {
        var seen = new List<ResourceChange>();
        var buffer = new ResourceChange[7];
        for (int count; (count = log.CopyAfter(after, buffer)) > 0; after = buffer[count - 1].Revision)
        {
            seen.AddRange(buffer.AsSpan(0, count));
        }

        return seen;
    }
}
