using System.Text;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Core;

namespace Mesh.Model.Tests.Resources;

/// <summary>Resources that are places in a block of their store, until somebody asks for them.</summary>
public sealed class StoredBlockTests
{
    private const string Ports = """{"ports":[{"name":"main","port":80}]}""";
    private const string Vips = """{"vips":[{"ip":"240.0.0.1"}]}""";

    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();

    private static readonly (string Key, string Value)[] _labels =
        [("größe", "xl"), (ResourceLabels.DisplayName, "näme"), (ResourceLabels.Origin, "zone"), (ResourceLabels.Zone, "east")];

    [Fact]
    public void Resource_InABlock_IsWhatStandsThere()
    {
        var (one, other) = Two();

        Assert.Equal(("first-ü", "second"), (one.Name, other.Name));
        Assert.Equal(_labels.OrderBy(label => label.Key, StringComparer.Ordinal), one.Labels.Select(label => (label.Key, label.Value)));
        Assert.Empty(other.Labels);
        Assert.Equal((Ports, Vips), (Encoding.UTF8.GetString(one.StoredSpec), Encoding.UTF8.GetString(one.StoredStatus)));
        Assert.Equal("{}", Encoding.UTF8.GetString(other.StoredSpec));
        Assert.True(other.StoredStatus.IsEmpty);
        Assert.Equal(80, Assert.Single(one.SpecAs<MeshServiceSpec>().Ports!).Port);
        Assert.Equal("240.0.0.1", Assert.Single(one.StatusAs<MeshServiceStatus>()!.Vips!).Ip);
        Assert.Null(other.Status);
        Assert.Null(other.SpecAs<MeshServiceSpec>().Ports);
    }

    [Fact]
    public void Resource_WhoseSpecWasRead_HasEverythingElse()
    {
        var (one, _) = Two();
        _ = one.Spec;

        Assert.True(one.StoredSpec.IsEmpty && one.StoredName.IsEmpty, "it did not leave the block");
        Assert.Equal(Vips, Encoding.UTF8.GetString(one.StoredStatus));
        Assert.Equal("first-ü", one.Name);
        Assert.Equal("east", one.Label(ResourceLabels.Zone));
        Assert.Equal(_labels.Length, one.Labels.Count);
        Assert.Equal("240.0.0.1", Assert.Single(one.StatusAs<MeshServiceStatus>()!.Vips!).Ip);
    }

    [Fact]
    public void Resource_WhoseStatusWasReadFirst_KeepsItsSpecUnread()
    {
        var (one, _) = Two();

        Assert.Equal("240.0.0.1", Assert.Single(one.StatusAs<MeshServiceStatus>()!.Vips!).Ip);
        Assert.Equal(Ports, Encoding.UTF8.GetString(one.StoredSpec));
        Assert.Same(one.Status, one.Status);
    }

    [Fact]
    public void Label_InABlock_IsFoundWithoutTheOthers()
    {
        var (one, other) = Two();

        Assert.Equal(("zone", "east", "xl", ""), (one.Label(ResourceLabels.Origin), one.Label(ResourceLabels.Zone), one.Label("größe"), one.Label("zone")));
        Assert.Equal(("näme", "second"), (one.DisplayName, other.DisplayName));
        Assert.Same(one.Label(ResourceLabels.Zone), one.Label(ResourceLabels.Zone));
        Assert.False(one.StoredName.IsEmpty, "a label is no reason to leave the block");
    }

    [Fact]
    public void With_ResourceInABlock_SharesItsSpec()
    {
        var (one, _) = Two();
        var copy = one with { Name = "copy", Labels = new Dictionary<string, string> { ["a"] = "b" } };

        Assert.Equal(Ports, Encoding.UTF8.GetString(copy.StoredSpec));
        Assert.Same(one.Spec, copy.Spec);
        Assert.Same(one.Status, copy.Status);
        Assert.Equal(("first-ü", "copy", "b"), (one.Name, copy.Name, copy.Label("a")));
        Assert.Equal(one, one with { });
    }

    [Fact]
    public async Task Resource_AskedByManyAtOnce_SaysTheSameToAll()
    {
        for (var round = 0; round < 200; round++)
        {
            var (one, _) = Two();
            using var start = new Barrier(4);
            var heard = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    var mine = i switch { 0 => one, 1 => one with { Version = 7 }, 2 when one.Status is null => null!, _ => one };
                    return (mine.Name, Zone: mine.Label(ResourceLabels.Zone), mine.Labels.Count, mine.Spec, mine.Status);
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            Assert.All(heard, said =>
            {
                Assert.Equal(("first-ü", "east", _labels.Length), (said.Name, said.Zone, said.Count));
                Assert.Same(heard[0].Spec, said.Spec);
                Assert.Same(heard[0].Status, said.Status);
            });
        }
    }

    private static (Resource One, Resource Other) Two()
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        Write(writer, "first-ü", _labels, Ports, Vips);
        var second = (int)bytes.Length;
        Write(writer, "second", [], "{}", "");
        var block = new StoredBlock(bytes.ToArray());
        return (In(block, 0), In(block, second));
    }

    private static Resource In(StoredBlock block, int place) => new(_catalog[MeshServiceKind.Name], block, place) { Mesh = "default" };

    private static void Write(BinaryWriter writer, string name, (string Key, string Value)[] labels, string spec, string status)
    {
        Text(name);
        writer.Write(labels.Length);
        foreach (var (key, value) in labels)
        {
            Text(key);
            Text(value);
        }

        Text(spec);
        Text(status);

        void Text(string text)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            writer.Write(utf8.Length);
            writer.Write(utf8);
        }
    }
}
