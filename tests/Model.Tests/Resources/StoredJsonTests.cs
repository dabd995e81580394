using System.Text;
using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;

namespace Mesh.Model.Tests.Resources;

public sealed class StoredJsonTests
{
    private const string Ports = """{"ports":[{"name":"main","port":80}]}""";

    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();

    [Fact]
    public void Spec_Stored_IsReadWhenAskedForAndOnceForAllCopies()
    {
        var resource = Stored(Ports);
        var copy = resource with { Name = "copy", Labels = new Dictionary<string, string> { ["a"] = "b" } };
        Assert.Equal(Ports, Encoding.UTF8.GetString(resource.StoredSpec));

        var spec = resource.SpecAs<MeshServiceSpec>();

        Assert.Equal(80, Assert.Single(spec.Ports!).Port);
        Assert.Same(spec, copy.Spec);
        Assert.Same(spec, (copy with { Name = "another" }).Spec);
        Assert.True(resource.StoredSpec.IsEmpty);
        Assert.True(copy.StoredSpec.IsEmpty);
    }

    [Fact]
    public async Task Spec_ReadByManyAtOnce_IsOneObject()
    {
        for (var round = 0; round < 200; round++)
        {
            var resource = Stored(Ports);
            using var start = new Barrier(4);
            var read = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Factory.StartNew(
                () =>
                {
                    var mine = i % 2 == 0 ? resource : resource with { Version = 7 };
                    start.SignalAndWait();
                    return mine.Spec;
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            Assert.All(read, spec => Assert.Same(read[0], spec));
        }
    }

    [Fact]
    public void Status_Stored_IsReadWhenAskedFor()
    {
        var resource = Stored(Ports) with { Status = new StoredJson("""{"vips":[{"ip":"240.0.0.1"}]}"""u8.ToArray()) };

        Assert.False(resource.StoredStatus.IsEmpty);
        Assert.Equal("240.0.0.1", Assert.Single(resource.StatusAs<MeshServiceStatus>()!.Vips!).Ip);
        Assert.True(resource.StoredStatus.IsEmpty);
        Assert.Null(Stored(Ports).Status);
    }

    [Theory]
    [InlineData("""{"ports":1}""")]
    [InlineData("null")]
    [InlineData("x")]
    public void Spec_BytesOfSomethingElse_SaysWhoseTheyAreEachTime(string json)
    {
        var resource = Stored(json);
        for (var i = 0; i < 2; i++)
        {
            var fault = Assert.Throws<UnreadableResourceException>(() => resource.Spec);
            Assert.Equal(resource.Key, fault.Key);
            Assert.StartsWith("MeshService/default/a is stored in a form that cannot be read: ", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Equals_StoredAndRead_IsByWhatTheySay()
    {
        var spec = new MeshServiceSpec();
        var one = Stored(Ports) with { Spec = spec };

        Assert.Equal(one, one with { });
        Assert.Equal(one.GetHashCode(), (one with { }).GetHashCode());
        Assert.NotEqual(one, one with { Version = 1 });
        Assert.NotEqual(one, one with { Revision = 1 });
        Assert.NotEqual(one, one with { Name = "b" });
        Assert.NotEqual(one, one with { Mesh = "b" });
        Assert.NotEqual(one, one with { Owner = new ResourceKey("Zone", "", "b") });
        Assert.NotEqual(one, one with { CreationTime = DateTimeOffset.UnixEpoch });
        Assert.NotEqual(one, one with { ModificationTime = DateTimeOffset.UnixEpoch });
        Assert.NotEqual(one, one with { Labels = new Dictionary<string, string> { ["a"] = "b" } });
        Assert.NotEqual(one, one with { Status = new MeshServiceStatus() });
        Assert.NotEqual(one, one with { Spec = new MeshServiceSpec { Ports = [] } });

        var stored = Stored(Ports);
        Assert.Equal(stored, stored with { });
        Assert.Equal(stored, stored with { Spec = stored.Spec });
    }

    [Fact]
    public void Spec_OfEveryKindThatIsEmpty_IsWrittenAgainAsItWasStored()
    {
        var written = 0;
        foreach (var kind in _catalog.All)
        {
            object spec;
            try
            {
                spec = JsonSerializer.Deserialize("{}", kind.SpecType, ModelJson.Options)!;
            }
            catch (JsonException)
            {
                continue;
            }

            var stored = JsonSerializer.SerializeToUtf8Bytes(spec, kind.SpecType, ModelJson.Options);
            var resource = new Resource { Descriptor = kind, Name = "a", Spec = new StoredJson(stored) };
            Assert.Equal(stored, JsonSerializer.SerializeToUtf8Bytes(resource.Spec, kind.SpecType, ModelJson.Options));
            written++;
        }

        Assert.True(written > 20, $"{written} kinds were tried");
    }

    private static Resource Stored(string json) => new()
    {
        Descriptor = _catalog[MeshServiceKind.Name],
        Mesh = "default",
        Name = "a",
        Spec = new StoredJson(Encoding.UTF8.GetBytes(json)),
    };
}
