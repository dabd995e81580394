using System.Text;
using CsCheck;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Load.Responses;
using Mesh.Load.Tests.Envoys;

namespace Mesh.Load.Tests.Responses;

public sealed class ResponseReaderTests
{
    private static readonly string _clusters = Encoding.UTF8.GetString(XdsKind.Cluster.Url);

    // A varint, fixed64, fixed32, and bytes of a field of a high number.
    private static readonly byte[][] _others = [[0x48, 0xFF, 0xFF, 0xFF, 0x7F], [0x51, 1, 2, 3, 4, 5, 6, 7, 8], [0x5D, 1, 2, 3, 4], [0xFA, 0x3F, 2, 7, 7]];

    // Fields of a response, each encoded by itself: resources short and long, removals, the type, the nonce, and what nobody asks for.
    private static readonly Gen<byte[]> _field = Gen.OneOf(
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 3000]).Select((name, length) => Brings($"c{name}", new string('x', length))),
        Gen.Int[0, 20].Select(name => new DeltaDiscoveryResponse { RemovedResources = { $"c{name}" } }.ToByteArray()),
        Gen.Const(new DeltaDiscoveryResponse { TypeUrl = _clusters }.ToByteArray()),
        Gen.Int[0, 2000].Select(nonce => new DeltaDiscoveryResponse { Nonce = $"{nonce}" }.ToByteArray()),
        Gen.Int[0, 300].Select(length => new DeltaDiscoveryResponse { ControlPlane = new ControlPlane { Identifier = new string('i', length) } }.ToByteArray()),
        Gen.Int[0, _others.Length - 1].Select(i => _others[i]));

    private static readonly Gen<byte[]> _response = _field.Array[0, 12].Select(fields => fields.SelectMany(field => field).ToArray());

    private static readonly Gen<int[]> _cuts = Gen.OneOf(Gen.Int[1, 3].Array[1, 4], Gen.Int[1, 2000].Array[1, 20]);

    [Fact]
    public void Response_InAnyPieces_IsReadAsTheWhole() => Gen.Select(_response, _cuts).Sample(
        (response, cuts) => Assert.Equal(Read(response, []), Read(response, cuts)),
        iter: 2000);

    [Fact]
    public void Response_InAnyPieces_IsWhatProtobufReads() => Gen.Select(_response, _cuts).Sample(
        (response, cuts) =>
        {
            var expected = DeltaDiscoveryResponse.Parser.ParseFrom(response);
            var (facts, reader) = Take(response, cuts, isDelta: true);
            Assert.False(reader.IsMalformed);
            Assert.Equal((expected.Nonce, expected.TypeUrl), (Encoding.UTF8.GetString(reader.Nonce), reader.Kind is null ? "" : _clusters));
            var entries = reader.Entries.ToArray();
            Assert.Equal(
                expected.Resources.Select(resource => (resource.Name, resource.Version)),
                entries.Where(entry => entry > 0).Select(entry => (facts.Names.Text(facts[entry].Name), Encoding.UTF8.GetString(facts[entry].Version))));
            Assert.Equal(expected.RemovedResources, entries.Where(entry => entry < 0).Select(entry => facts.Names.Text(-entry)));
        },
        iter: 1000);

    [Fact]
    public void Response_WithAnyByteChanged_IsReadAsTheWhole() => Gen.Select(_response.Where(r => r.Length > 0), _cuts, Gen.Int[0, 40_000], Gen.Byte).Sample(
        (response, cuts, place, value) =>
        {
            // Most of what can go wrong stands at the begin.
            response[place % Math.Min(response.Length, 1 + (place % 50))] = value;
            Assert.Equal(Read(response, []), Read(response, cuts));
        },
        iter: 5000);

    [Fact]
    public void Response_CutOff_IsMalformedOrTheFieldsBefore() => Gen.Select(_field.Array[1, 5], _cuts, Gen.Int[1, 10_000]).Sample(
        (fields, cuts, less) =>
        {
            var last = fields[^1];
            var response = fields.SelectMany(field => field).ToArray()[..^(1 + (less % last.Length))];
            var (_, reader) = Take(response, cuts, isDelta: true);
            Assert.Equal(less % last.Length != last.Length - 1, reader.IsMalformed);
        },
        iter: 1000);

    [Fact]
    public void LargeResources_AlikeToOnesBefore_AreReadAsTheyAre() => Gen.Select(Gen.Int[0, 19_999].Array[1, 6], Gen.Int[1, 5000].Array[1, 20]).Sample(
        (places, cuts) =>
        {
            // All of one length, and each differs from the others at one place or not at all.
            var facts = new FactTable();
            var numbers = new Dictionary<int, int[]>();
            foreach (var place in places.Concat(places))
            {
                var filler = string.Create(20_000, place, (text, at) =>
                {
                    text.Fill('x');
                    text[at] = 'y';
                });
                byte[] response = [.. Brings("c", filler), .. Brings("d", filler)];
                var entries = Take(facts, response, cuts, isDelta: true).Entries.ToArray();
                Assert.Equal(["c", "d"], entries.Select(entry => facts.Names.Text(facts[entry].Name)));
                numbers.TryAdd(place, entries);
                Assert.Equal(numbers[place], entries);
            }

            Assert.Equal(2 * places.Distinct().Count(), facts.Count);
        },
        iter: 300);

    [Fact]
    public void LargeResource_ThatDiffersAtItsEnd_IsAnotherOne()
    {
        var facts = new FactTable();
        foreach (var end in (string[])["a", "b", "a", "c", "b"])
        {
            var reader = Take(facts, Brings("c", new string('x', 20_000) + end, "1"), [1000], isDelta: true);
            Assert.Equal(end, ends(reader));
        }

        Assert.Equal(3, facts.Count);

        // Numbers from 2 on, in the order in which they came first.
        static string ends(ResponseReader reader) => $"{(char)('a' + reader.Entries[0] - 2)}";
    }

    [Fact]
    public void LargeResource_ThatIsKnown_HoldsNothing()
    {
        var facts = new FactTable();
        var response = Enumerable.Range(0, 10).SelectMany(i => Brings($"c{i}", new string('x', 140_000))).ToArray();
        Take(facts, response, [16_000], isDelta: true);
        var again = new ResponseReader(facts);
        again.Begin(isDelta: true);
        for (var at = 0; at < response.Length; at += 16_000)
        {
            var piece = response.AsSpan(at, Math.Min(16_000, response.Length - at));
            again.Take(piece, response.Length - at - piece.Length);
            Assert.Equal(0, again.Held);
        }

        Assert.Equal(10, again.Entries.Length);
        Assert.Equal(10, facts.Count);
    }

    [Fact]
    public void KnownContents_BeyondTheirRoom_AreForgotten()
    {
        var known = new KnownContents();
        var contents = Enumerable.Range(0, 100).Select(i => Enumerable.Repeat((byte)i, 1024 * 1024).ToArray()).ToArray();
        foreach (var content in contents)
        {
            known.Add(content);
        }

        Assert.Null(known.Find(contents[0].Length, [], contents[0]));
        Assert.Equal(contents[99], known.Find(contents[99].Length, contents[99].AsSpan(..10), contents[99].AsSpan(10..20)));
        Assert.Null(known.Find(contents[99].Length, contents[99].AsSpan(..10), [1]));
        Assert.InRange(contents.Count(content => known.Find(content.Length, [], content) is not null), 1, 64);
    }

    [Fact]
    public void StateResponse_InAnyPieces_HasItsVersionAndResources()
    {
        var any = new Any { TypeUrl = _clusters, Value = ByteString.CopyFrom(EnvoyFixture.Cluster("c")) };
        var response = new DiscoveryResponse { VersionInfo = "7", Resources = { any }, TypeUrl = _clusters, Nonce = "n", ControlPlane = new ControlPlane { Identifier = "i" } };
        for (var size = 1; size < 40; size++)
        {
            var (facts, reader) = Take(response.ToByteArray(), [size], isDelta: false);
            Assert.Equal(("7", "n", XdsKind.Cluster), (Encoding.UTF8.GetString(reader.Version), Encoding.UTF8.GetString(reader.Nonce), reader.Kind));
            Assert.Equal("c", facts.Names.Text(facts[Assert.Single(reader.Entries.ToArray())].Name));
        }
    }

    [Fact]
    public void LargeResponse_HalfRead_HoldsNoMoreThanTheResourceUnderWay()
    {
        var response = Enumerable.Range(0, 200).SelectMany(i => Brings($"c{i}", new string('x', 7000))).ToArray();
        var reader = new ResponseReader(new FactTable());
        reader.Begin(isDelta: true);
        for (var at = 0; at < response.Length; at += 16_000)
        {
            var piece = response.AsSpan(at, Math.Min(16_000, response.Length - at));
            reader.Take(piece, response.Length - at - piece.Length);
            Assert.InRange(reader.Held, 0, 8192);
        }

        Assert.Equal(200, reader.Entries.Length);
        Assert.Equal(response.Length, reader.Length);
    }

    [Fact]
    public void FieldLongerThanItsMessage_IsMalformedBeforeAnythingIsKeptOfIt()
    {
        var reader = new ResponseReader(new FactTable());
        reader.Begin(isDelta: true);
        reader.Take([0x12, 0xFF, 0xFF, 0xFF, 0xFF, 3, 1], 1000);
        Assert.True(reader.IsMalformed);
        Assert.Equal(0, reader.Held);
    }

    [Fact]
    public void Resource_OfATypeThatNobodyAsksFor_IsUnknown()
    {
        var any = new Any { TypeUrl = "type.googleapis.com/other", Value = ByteString.CopyFromUtf8("x") };
        var response = new DeltaDiscoveryResponse { Resources = { new Resource { Name = "o", Resource_ = any } } };
        Assert.Equal([FactTable.Unknown], Take(response.ToByteArray(), [], isDelta: true).Reader.Entries.ToArray());
    }

    /// <summary>The field of a response that brings a cluster.</summary>
    private static byte[] Brings(string name, string filler, string? version = null)
    {
        var cluster = new EnvoyApi.Config.Cluster.V3.Cluster { Name = name, AltStatName = filler }.ToByteArray();
        var resource = Resource.Parser.ParseFrom(EnvoyFixture.Resource(XdsKind.Cluster, name, cluster, version ?? $"{filler.Length}"));
        return new DeltaDiscoveryResponse { Resources = { resource } }.ToByteArray();
    }

    /// <summary>All that was read, as text.</summary>
    private static string Read(byte[] response, int[] cuts)
    {
        var (facts, reader) = Take(response, cuts, isDelta: true);
        var entries = reader.Entries.ToArray().Select(entry => entry < 0 ? "-" + facts.Names.Text(-entry)
            : entry == FactTable.Unknown ? "?" : $"{facts.Names.Text(facts[entry].Name)} {Convert.ToHexString(facts[entry].Version)}");
        return $"{reader.IsMalformed} {reader.Length} {reader.Kind?.Name} {Convert.ToHexString(reader.Nonce)} {Convert.ToHexString(reader.Version)} {string.Join(", ", entries)}";
    }

    /// <summary>Reads a response in pieces of these sizes, over and over; none: in one.</summary>
    private static (FactTable Facts, ResponseReader Reader) Take(byte[] response, int[] cuts, bool isDelta)
    {
        var facts = new FactTable();
        return (facts, Take(facts, response, cuts, isDelta));
    }

    private static ResponseReader Take(FactTable facts, byte[] response, int[] cuts, bool isDelta)
    {
        var reader = new ResponseReader(facts);
        reader.Begin(isDelta);
        var (at, turn) = (0, 0);
        do
        {
            var size = Math.Min(cuts.Length == 0 ? response.Length : cuts[turn++ % cuts.Length], response.Length - at);
            // What was read is not looked at again: each piece is overwritten as the next one comes.
            var piece = response.AsSpan(at, size).ToArray();
            at += size;
            reader.Take(piece, response.Length - at);
            Array.Clear(piece);
        }
        while (at < response.Length);
        return reader;
    }
}
