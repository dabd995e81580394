using CsCheck;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

public sealed class RequestParserTests
{
    private static readonly Gen<string> _text = Gen.String[Gen.Char['a', 'z'], 0, 12];

    [Fact]
    public void Delta_AnyBytes_NeverThrowAndStayInside() => Gen.Byte.Array[0, 200].Sample(
        bytes =>
        {
            if (DeltaRequest.TryParse(bytes, out var request))
            {
                Walk(request);
            }
        },
        iter: 50_000);

    [Fact]
    public void Sotw_AnyBytes_NeverThrowAndStayInside() => Gen.Byte.Array[0, 200].Sample(
        bytes =>
        {
            if (StateRequest.TryParse(bytes, out var request))
            {
                var names = 0;
                foreach (var _ in request.Names)
                {
                    names++;
                }

                Assert.Equal(request.NameCount, names);
            }
        },
        iter: 50_000);

    [Fact]
    public void Delta_WrittenByProtobuf_IsReadBack() => Gen.Select(_text, _text.Array[0, 5], _text.Array[0, 5], _text).Sample(
        (url, sub, unsub, nonce) =>
        {
            var message = new DeltaDiscoveryRequest { TypeUrl = url, ResponseNonce = nonce };
            message.ResourceNamesSubscribe.AddRange(sub);
            message.ResourceNamesUnsubscribe.AddRange(unsub);
            foreach (var name in sub)
            {
                message.InitialResourceVersions[name] = nonce;
            }

            Assert.True(DeltaRequest.TryParse(message.ToByteArray(), out var request));
            Assert.Equal(url, Text(request.TypeUrl));
            Assert.Equal(nonce, Text(request.Nonce));
            Assert.Equal((sub.Length, unsub.Length), (request.SubscribeCount, request.UnsubscribeCount));
            Assert.Equal(message.InitialResourceVersions.Count, request.InitialVersionCount);
            Assert.Equal(sub, Names(request.Subscribe));
            Assert.Equal(unsub, Names(request.Unsubscribe));
            Assert.Equal(request.InitialVersionCount, Walk(request));
        });

    [Fact]
    public void Delta_CutOff_IsMalformedOrShorter()
    {
        var message = new DeltaDiscoveryRequest { TypeUrl = "type", ResourceNamesSubscribe = { "a", "b" } }.ToByteArray();
        for (var length = 0; length < message.Length; length++)
        {
            if (DeltaRequest.TryParse(message.AsSpan(0, length), out var request))
            {
                Assert.InRange(request.SubscribeCount, 0, 1);
            }
        }
    }

    [Fact]
    public void Delta_TextThatIsNoUtf8_IsMalformed() => Assert.False(DeltaRequest.TryParse([0x1A, 0x02, 0xC3, 0x28], out _));

    private static int Walk(in DeltaRequest request)
    {
        Assert.Equal(request.SubscribeCount, Names(request.Subscribe).Count);
        Assert.Equal(request.UnsubscribeCount, Names(request.Unsubscribe).Count);
        var versions = request.InitialVersions;
        var count = 0;
        while (versions.MoveNext())
        {
            count++;
        }

        Assert.Equal(request.InitialVersionCount, count);
        return count;
    }

    private static List<string> Names(NameWalk walk)
    {
        var names = new List<string>();
        foreach (var name in walk)
        {
            names.Add(Text(name));
        }

        return names;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}
