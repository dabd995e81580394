using System.Buffers;
using EnvoyApi.Config.Cluster.V3;
using EnvoyApi.Service.Discovery.V3;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>Large responses are written piece by piece, as their client takes them.</summary>
public sealed class LargeResponseTests : DeltaFixture
{
    private readonly ArrayBufferWriter<byte> _output = new();

    [Fact]
    public void Large_ManyResources_AreOneResponseInSmallPieces()
    {
        for (var i = 0; i < 300; i++)
        {
            Set(XdsTypes.Cluster, $"c{i}", new string('x', 1000 + i));
        }

        Publish();
        Subscribe(XdsTypes.Cluster);
        var response = ReadOne();
        Assert.Equal(300, response.Resources.Count);
        Assert.All(response.Resources, r => Assert.Equal(1000 + int.Parse(r.Name[1..], System.Globalization.CultureInfo.InvariantCulture), ContentOf(r).Length));
        Ack(response);
        Assert.Empty(Read());
    }

    [Theory]
    [InlineData(31 * 1024)]
    [InlineData(200_000)]
    public void Large_OneResource_IsWrittenInPieces(int size)
    {
        Set(XdsTypes.Cluster, "huge", new string('x', size));
        Set(XdsTypes.Cluster, "small", "y");
        Publish();
        Subscribe(XdsTypes.Cluster);
        WritePiece();
        Assert.True(Session.IsMidResponse);
        Assert.InRange(_output.WrittenCount, 1, 32 * 1024);
        var response = Rest();
        Assert.Equal(size, ContentOf(response.Resources.Single(r => r.Name == "huge")).Length);
        Assert.Contains(response.Resources, r => r.Name == "small");
    }

    [Fact]
    public void Large_PublishedBetweenPieces_EndsAsItBeganAndThenSaysWhatIsNew()
    {
        Set(XdsTypes.Cluster, "huge", new string('x', 100_000));
        Set(XdsTypes.Cluster, "gone", new string('y', 50_000));
        Publish();
        Subscribe(XdsTypes.Cluster);
        WritePiece();

        Set(XdsTypes.Cluster, "huge", new string('z', 10));
        Drop(XdsTypes.Cluster, "gone");
        Publish();
        var response = Rest();
        Assert.Equal(new string('x', 100_000), ContentOf(response.Resources.Single(r => r.Name == "huge")));
        Assert.Equal(new string('y', 50_000), ContentOf(response.Resources.Single(r => r.Name == "gone")));
        Assert.Equal(["cds +huge"], ShowAll());
        Now += Options.RemovalGrace;
        Assert.Equal(["cds -gone"], ShowAll());
    }

    [Fact]
    public void Large_AskedForAgainBetweenPieces_IsWrittenToItsEndAndAgain()
    {
        Set(XdsTypes.Cluster, "huge", new string('x', 100_000));
        Publish();
        Subscribe(XdsTypes.Cluster, "*");
        WritePiece();
        Subscribe(XdsTypes.Cluster, "*");
        Assert.Equal("cds +huge", Show(Rest()));
        Assert.Equal(["cds +huge"], ShowAll());
    }

    [Fact]
    public void Large_StreamEndsBetweenPieces_NothingIsKept()
    {
        Set(XdsTypes.Cluster, "huge", new string('x', 100_000));
        Publish();
        Subscribe(XdsTypes.Cluster);
        WritePiece();

        // What the engine has left is looked at in the end.
        Drop(XdsTypes.Cluster, "huge");
        Publish(mayBeEmptied: true);
    }

    [Fact]
    public void Large_TakenSlowly_IsNotProgressBeforeItsEnd()
    {
        Set(XdsTypes.Cluster, "huge", new string('x', 100_000));
        Publish();
        Subscribe(XdsTypes.Cluster);
        WritePiece();
        Assert.True(Session.IsDue());
        Assert.Equal("cds +huge", Show(Rest()));
    }

    [Fact]
    public void Large_TakenSlowly_ItsAnswerIsWaitedForFromItsEndOn()
    {
        Set(XdsTypes.Listener, "l", "1");
        Publish();
        Subscribe(XdsTypes.Cluster);
        Subscribe(XdsTypes.Listener);
        Drain();
        Set(XdsTypes.Cluster, "huge", new string('x', 100_000));
        Set(XdsTypes.Listener, "l", "2");
        Publish();
        WritePiece();
        Now += Options.WarmingBarrier;
        var response = Rest();
        Assert.Empty(Read());

        Ack(response);
        Assert.Equal(["lds +l"], ShowAll());
    }

    private static string ContentOf(Resource resource) => Cluster.Parser.ParseFrom(resource.Resource_.Value).AltStatName;

    private void WritePiece() => Assert.True(Session.TryWrite(_output, Now));

    /// <summary>What was begun, when it is written to its end.</summary>
    private DeltaDiscoveryResponse Rest()
    {
        while (Session.IsMidResponse)
        {
            WritePiece();
        }

        return DeltaDiscoveryResponse.Parser.ParseFrom(_output.WrittenSpan[5..]);
    }
}
