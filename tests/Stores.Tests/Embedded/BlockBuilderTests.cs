using System.Buffers;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Stores.Embedded.Records;
using Mesh.Testing.Resources;

namespace Mesh.Stores.Tests.Embedded;

public sealed class BlockBuilderTests
{
    private static readonly ChangeCodec _codec = new(TestKinds.Catalog, ModelJson.Options);

    [Theory]
    [InlineData(1)]
    [InlineData(BlockBuilder.BlockBytes * 2)]
    public void Add_ResourcesOfAnyLength_AreWhatTheyWere(int length)
    {
        var blocks = new BlockBuilder();
        var written = Enumerable.Range(0, 1000).Select(i => New($"thing-{i}", new string('x', i % 100 == 0 ? length : i))).ToList();

        var read = written.ConvertAll(resource => Read(resource, blocks));

        Assert.All(read, resource => Assert.False(resource.StoredName.IsEmpty, "it is in no block"));
        Assert.All(written.Zip(read), pair => AssertSame(pair.First, pair.Second));
    }

    [Fact]
    public void Move_ResourceInABlock_IsTheSameInAnother()
    {
        var written = New("a", "text");
        var read = Read(written, new BlockBuilder());

        var moved = new BlockBuilder().Move(read);

        Assert.NotSame(read, moved);
        Assert.False(moved.StoredName.IsEmpty, "it is in no block");
        AssertSame(written, moved);
    }

    [Fact]
    public void Move_ResourceInNoBlock_StaysWhatItIs()
    {
        var read = Read(New("a", "text"), new BlockBuilder());
        _ = read.Spec;

        Assert.Same(read, new BlockBuilder().Move(read));
    }

    private static void AssertSame(Resource expected, Resource actual)
    {
        // Lists in specs are equal only to themselves.
        Assert.Equal(expected.SpecAs<TestSpec>().Text, actual.SpecAs<TestSpec>().Text);
        Assert.Equal(expected, actual with { Spec = expected.Spec });
    }

    private static Resource New(string name, string text) => TestKinds.New(TestKinds.Part, name, text: text, owner: new("Thing", "default", "b")) with
    {
        Version = 3,
        Revision = 7,
        CreationTime = DateTimeOffset.UnixEpoch.AddDays(1),
        ModificationTime = DateTimeOffset.UnixEpoch.AddDays(2),
        Labels = new Dictionary<string, string> { ["k"] = "v", ["l"] = name },
        Status = new TestStatus { State = "ok" },
    };

    private static Resource Read(Resource resource, BlockBuilder blocks)
    {
        var target = new ArrayBufferWriter<byte>();
        _codec.Write(target, new ResourceChange(ChangeKind.Put, resource.Key, resource, resource.Revision));
        var reader = new ByteReader(target.WrittenSpan);
        return _codec.Read(ref reader, new RecentTexts(), blocks, _codec.Author).Resource!;
    }
}
