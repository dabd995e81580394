using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Stores.Embedded;
using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.StoreWriter;
using Mesh.Testing.Resources;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Stores.Tests.Embedded;

/// <summary>Specs in a log: read when they are asked for if this program wrote them, and at once if another did.</summary>
public sealed class StoredSpecTests
{
    private static readonly ResourceKey _key = new("Thing", "default", "a");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_WrittenByThisProgram_IsReadWhenAskedFor()
    {
        var folder = new SimulatedFolder();
        var written = await WriteAsync(folder, "x");

        await using var store = Routine.OpenStore(folder);
        var stored = (await store.GetAsync(_key, Stop))!;

        Assert.Equal("""{"text":"x","number":0,"items":[]}""", Encoding.UTF8.GetString(stored.StoredSpec));
        Assert.Equal("""{"state":"up"}""", Encoding.UTF8.GetString(stored.StoredStatus));
        Assert.Equal("x", stored.SpecAs<TestSpec>().Text);
        Assert.Equal("up", stored.StatusAs<TestStatus>()!.State);
        Assert.True(stored.StoredSpec.IsEmpty && stored.StoredStatus.IsEmpty, "what was read is kept, and its bytes are not");
        Assert.Same(stored.Spec, (await store.GetAsync(_key, Stop))!.Spec);
        Assert.Equal(written.Labels, stored.Labels);
    }

    [Fact]
    public async Task Open_WrittenByAnotherProgram_IsReadAtOnce()
    {
        var folder = Folder(author: 0, """{"text":"x"}""");

        await using var store = Routine.OpenStore(folder, compactAt: long.MaxValue);

        var stored = (await store.GetAsync(_key, Stop))!;
        Assert.True(stored.StoredSpec.IsEmpty);
        Assert.Equal("x", stored.SpecAs<TestSpec>().Text);
    }

    [Theory]
    [InlineData("""{"text":1}""")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task Open_WrittenByAnotherProgramAndUnreadable_IsKeptAndConcernsNobodyElse(string spec)
    {
        var folder = Folder(author: 0, spec);
        await using (var store = Routine.OpenStore(folder, compactAt: long.MaxValue))
        {
            Assert.Null(await store.GetAsync(_key, Stop));
            Assert.Equal(["b"], (await store.ListAsync(new ResourceQuery { Kind = "Thing" }, Stop)).Items.Select(thing => thing.Name));
            await store.CreateAsync(TestKinds.New(TestKinds.Thing, "c"), Stop);
        }

        await using var again = Routine.OpenStore(folder, compactAt: long.MaxValue);
        Assert.Equal(["b", "c"], (await again.ListAsync(new ResourceQuery { Kind = "Thing" }, Stop)).Items.Select(thing => thing.Name));
        Assert.Contains(spec, Encoding.UTF8.GetString(folder.Content()["store-000001.log"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_LogOfAnotherProgram_IsRewrittenOnce()
    {
        var folder = Folder(author: 0, """{"text":"x"}""");
        await using (var store = Routine.OpenStore(folder, compactAt: 1))
        {
            for (var i = 0; store.Generation == 1; i++)
            {
                Assert.True(i < 2000, "the log was not rewritten");
                await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, $"{i}"), Stop);
            }
        }

        await using var again = Routine.OpenStore(folder, compactAt: long.MaxValue);
        Assert.Equal("""{"text":"x","number":0,"items":[]}""", Encoding.UTF8.GetString((await again.GetAsync(_key, Stop))!.StoredSpec));
    }

    [Fact]
    public async Task Compaction_SpecsThatNobodyAskedFor_StayAsTheyAre()
    {
        var folder = new SimulatedFolder();
        await WriteAsync(folder, "x");
        await using (var store = Routine.OpenStore(folder, compactAt: 1))
        {
            for (var i = 0; store.Generation == 1; i++)
            {
                Assert.True(i < 2000, "the log was not rewritten");
                var mesh = (await store.GetAsync(new ResourceKey("Mesh", "", "default"), Stop))!;
                await store.UpdateAsync(mesh, Stop);
            }

            Assert.False((await store.GetAsync(_key, Stop))!.StoredSpec.IsEmpty, "rewriting the log read a spec");
        }

        await using var again = Routine.OpenStore(folder);
        Assert.Equal("x", (await again.GetAsync(_key, Stop))!.SpecAs<TestSpec>().Text);
    }

    [Fact]
    public async Task Update_ResourceWhoseSpecNobodyAskedFor_KeepsIt()
    {
        var folder = new SimulatedFolder();
        await WriteAsync(folder, "x");
        await using (var store = Routine.OpenStore(folder))
        {
            await store.UpdateAsync((await store.GetAsync(_key, Stop))! with { Status = new TestStatus { State = "down" } }, Stop);
        }

        await using var again = Routine.OpenStore(folder);
        var stored = (await again.GetAsync(_key, Stop))!;
        Assert.Equal(("x", "down", 2), (stored.SpecAs<TestSpec>().Text, stored.StatusAs<TestStatus>()!.State, stored.Version));
    }

    [Fact]
    public async Task Write_SpecThatWouldNotBeReadAgain_IsRefusedAndNothingElse()
    {
        var kind = new ResourceDescriptor
        {
            Kind = "OneWay",
            Path = "oneways",
            CliName = "oneway",
            Scope = ResourceScope.Global,
            SingularDisplayName = "One way",
            PluralDisplayName = "One way",
            SpecType = typeof(OneWaySpec),
        };
        var folder = new SimulatedFolder();
        var catalog = new ResourceCatalog([.. TestKinds.Catalog.All, kind]);
        EmbeddedStore Open() => EmbeddedStore.Open(
            folder, new EmbeddedStoreOptions(), catalog, ModelJson.Options, TimeProvider.System, NullLogger.Instance);
        await using (var store = Open())
        {
            var refusal = await Assert.ThrowsAsync<JsonException>(
                async () => await store.CreateAsync(new Resource { Descriptor = kind, Name = "a", Spec = new OneWaySpec("x") }, Stop));
            Assert.StartsWith("OneWay/a would be stored in a form that cannot be read", refusal.Message, StringComparison.Ordinal);
            await store.CreateAsync(TestKinds.New(TestKinds.GlobalThing, "b"), Stop);
        }

        await using var again = Open();
        Assert.Equal(1, again.Revision);
    }

    private static async Task<Resource> WriteAsync(SimulatedFolder folder, string text)
    {
        await using var store = Routine.OpenStore(folder, compactAt: long.MaxValue);
        await store.CreateAsync(TestKinds.New(TestKinds.Mesh, "default"), Stop);
        return await store.CreateAsync(
            TestKinds.New(TestKinds.Thing, "a", text: text) with
            {
                Status = new TestStatus { State = "up" },
                Labels = new Dictionary<string, string> { ["kuma.io/display-name"] = "näme", ["zone"] = "a" },
            },
            Stop);
    }

    /// <summary>A log with the Mesh, a Thing "a" of a given spec, and a Thing "b".</summary>
    private static SimulatedFolder Folder(ushort author, string spec)
    {
        var folder = new SimulatedFolder();
        var codec = new ChangeCodec(TestKinds.Catalog, ModelJson.Options);
        using (var segment = LogSegment.Begin(folder.Open("store-000001.log"), new LogHeader(Guid.NewGuid(), 1, 0)))
        {
            var revision = 0;
            foreach (var resource in new[] { TestKinds.New(TestKinds.Mesh, "default"), TestKinds.New(TestKinds.Thing, "a"), TestKinds.New(TestKinds.Thing, "b") })
            {
                revision++;
                var stored = resource with
                {
                    Version = 1,
                    Revision = revision,
                    Spec = resource.Key == _key ? new StoredJson(Encoding.UTF8.GetBytes(spec)) : resource.Spec,
                };
                var body = new ArrayBufferWriter<byte>();
                codec.Write(body, new ResourceChange(ChangeKind.Put, stored.Key, stored, revision));
                segment.Append(RecordKind.Changes, body.WrittenSpan, author);
            }

            segment.Commit();
        }

        StoreFiles.WriteCurrent(folder, 1);
        return folder;
    }

    [JsonConverter(typeof(OneWayConverter))]
    private sealed record OneWaySpec(string Text);

    private sealed class OneWayConverter : JsonConverter<OneWaySpec>
    {
        public override OneWaySpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new JsonException("never");

        public override void Write(Utf8JsonWriter writer, OneWaySpec value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}
