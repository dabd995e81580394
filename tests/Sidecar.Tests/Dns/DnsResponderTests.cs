using System.Net;
using System.Text.Json;
using CsCheck;
using Mesh.Sidecar.Dns;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Sidecar.Tests.Dns;

public sealed class DnsResponderTests
{
    private const string Names =
        """{"records":[{"name":"check-in-api.svc.mesh.local","ips":["241.0.0.0","::ffff:f100:0"]},{"name":"Old.Mesh.","ips":["241.0.0.9"]}],"ttl":30,"extraLabels":{"mesh":"default"}}""";

    [Fact]
    public async Task Query_KnownName_IsAnsweredWithItsFamily()
    {
        var v4 = DnsQuery.Read(await AskAsync(DnsQuery.For("check-in-api.svc.mesh.local", 1)));
        var v6 = DnsQuery.Read(await AskAsync(DnsQuery.For("check-in-api.svc.mesh.local", 28)));

        Assert.Equal((0, false, 30u), (v4.Code, v4.IsCut, v4.Ttl));
        Assert.Equal([IPAddress.Parse("241.0.0.0")], v4.Addresses);
        Assert.Equal([IPAddress.Parse("::ffff:f100:0")], v6.Addresses);
    }

    [Theory]
    [InlineData("CHECK-IN-api.svc.mesh.local")]
    [InlineData("check-in-api.svc.mesh.local.")]
    [InlineData("old.mesh")]
    public async Task Query_NameInAnotherSpelling_IsTheSameName(string name) =>
        Assert.Single(DnsQuery.Read(await AskAsync(DnsQuery.For(name, 1))).Addresses);

    [Theory]
    [InlineData("old.mesh", 28)]
    [InlineData("check-in-api.svc.mesh.local", 15)]
    public async Task Query_KnownNameOtherType_IsEmptyAndNoError(string name, ushort type)
    {
        var answer = DnsQuery.Read(await AskAsync(DnsQuery.For(name, type)));

        Assert.Equal(0, answer.Code);
        Assert.Empty(answer.Addresses);
    }

    [Fact]
    public async Task Query_UnknownNameWithoutNameServers_IsServerFailure() =>
        Assert.Equal(2, DnsQuery.Read(await AskAsync(DnsQuery.For("example.com", 1))).Code);

    [Fact]
    public async Task Query_ManyAddressesOverUdp_IsCutUnlessTheClientTakesMore()
    {
        var responder = Responder();
        var ips = string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"241.0.0.{i}\""));
        responder.Names = DnsNames.Parse($$"""{"records":[{"name":"many.mesh","ips":[{{ips}}]}]}""");

        var plain = DnsQuery.Read((await responder.RespondAsync(DnsQuery.For("many.mesh", 1), false, default))!);
        var edns = DnsQuery.Read((await responder.RespondAsync(DnsQuery.For("many.mesh", 1, ednsSize: 4096), false, default))!);
        var tcp = DnsQuery.Read((await responder.RespondAsync(DnsQuery.For("many.mesh", 1), true, default))!);

        Assert.True(plain.IsCut);
        Assert.Empty(plain.Addresses);
        Assert.Equal((60, 60), (edns.Addresses.Length, tcp.Addresses.Length));
    }

    [Fact]
    public async Task Query_AnswerMessage_GetsNone()
    {
        var message = DnsQuery.For("old.mesh", 1);
        message[2] |= 0x80;

        Assert.Null(await Responder().RespondAsync(message, false, default));
    }

    [Fact]
    public void Query_AnyBytes_AreAnsweredOrIgnoredWithoutFault()
    {
        var responder = Responder();
        Gen.Byte.Array[0, 80].Sample(
            bytes =>
            {
                var answer = responder.RespondAsync(bytes, false, default).AsTask().GetAwaiter().GetResult();
                Assert.True(answer is null || answer.Length >= 12);
            },
            iter: 20_000);
    }

    [Fact]
    public void Query_MutatedQuery_IsAnsweredOrIgnoredWithoutFault()
    {
        var responder = Responder();
        var good = DnsQuery.For("check-in-api.svc.mesh.local", 1, ednsSize: 1232);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample(
            (place, value, length) =>
            {
                var bytes = good.ToArray();
                bytes[place] = value;
                _ = responder.RespondAsync(bytes.AsMemory(0, length), true, default).AsTask().GetAwaiter().GetResult();
            },
            iter: 20_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"records":[null]}""")]
    [InlineData("""{"records":[{"name":"a"}]}""")]
    [InlineData("""{"records":[{"name":"a","ips":["not an address"]}]}""")]
    [InlineData("""{"records":[{"name":"a","ips":[1]}]}""")]
    public void Names_OtherForm_IsRefused(string json) => Assert.ThrowsAny<JsonException>(() => DnsNames.Parse(json));

    private static async Task<byte[]> AskAsync(byte[] query) => (await Responder().RespondAsync(query, false, default))!;

    private static DnsResponder Responder() =>
        new(new DnsForwarder([], TimeSpan.FromSeconds(1), TimeProvider.System, NullLogger.Instance)) { Names = DnsNames.Parse(Names) };
}
