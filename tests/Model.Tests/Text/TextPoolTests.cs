using System.Text;
using System.Text.Json;
using CsCheck;
using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Text;

namespace Mesh.Model.Tests.Text;

public sealed class TextPoolTests
{
    [Fact]
    public void Of_AnyText_IsThatText() => Gen.String[0, 90].Where(IsWhole).Sample(text =>
    {
        Assert.Equal(text, TextPool.Of(text));
        Assert.Equal(text, TextPool.Of(text.AsSpan()));
        Assert.Equal(text, TextPool.Of(Encoding.UTF8.GetBytes(text)));
    });

    [Fact]
    public void Of_TextThatWasPooled_IsTheSameObjectWhateverItComesAs()
    {
        var text = TextPool.Of("kuma.io/text-pool-test".ToCharArray());

        Assert.Same(text, TextPool.Of("kuma.io/text-pool-test"u8));
        Assert.Same(text, TextPool.Of(new string("kuma.io/text-pool-test".AsSpan())));
    }

    [Fact]
    public void Of_LongText_IsNotPooled()
    {
        var text = new string('x', TextPool.MaxLength + 1);

        Assert.Same(text, TextPool.Of(text));
        Assert.NotSame(text, TextPool.Of(text.AsSpan()));
    }

    [Fact]
    public void Of_ManyThreadsAndMoreTextsThanPlaces_NeverMixesThemUp() => Parallel.For(0, 8, thread =>
    {
        for (var i = 0; i < 40_000; i++)
        {
            var expected = $"text-{(i * 7) % 30_000}";
            Assert.Equal(expected, TextPool.Of(expected.AsSpan()));
        }
    });

    [Fact]
    public void ModelJson_SpecRead_SharesShortTextsAndKeepsLabelsInOrder()
    {
        const string Json = """{"selector":{"dataplaneLabels":{"matchLabels":{"b":"x","a":"y","b":"z"}}},"ports":[{"name":"main\u002d1","port":80,"appProtocol":"http"}]}""";

        var one = JsonSerializer.Deserialize<MeshServiceSpec>(Json, ModelJson.Options)!;
        var other = JsonSerializer.Deserialize<MeshServiceSpec>(Json, ModelJson.Options)!;

        Assert.IsType<MeshServicePort[]>(one.Ports);
        Assert.Equal("main-1", one.Ports![0].Name);
        Assert.Same(one.Ports![0].Name, other.Ports![0].Name);
        Assert.Same(one.Ports![0].AppProtocol, other.Ports![0].AppProtocol);
        var labels = Assert.IsType<LabelSet>(one.Selector!.DataplaneLabels!.MatchLabels);
        Assert.Equal("a=y b=z", string.Join(' ', labels.Select(label => $"{label.Key}={label.Value}")));
        Assert.Contains("""{"a":"y","b":"z"}""", JsonSerializer.Serialize(one, ModelJson.Options), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ports":[{"name":7}]}""")]
    [InlineData("""{"selector":{"dataplaneLabels":{"matchLabels":{"a":7}}}}""")]
    [InlineData("""{"selector":{"dataplaneLabels":{"matchLabels":["a"]}}}""")]
    public void ModelJson_TextThatIsNone_IsAJsonFault(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<MeshServiceSpec>(json, ModelJson.Options));

    private static bool IsWhole(string text) => text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
