using System.Buffers;
using CsCheck;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;
using Mesh.Testing.Resources;

namespace Mesh.Stores.Tests.Embedded;

/// <summary>Any bytes may stand where records should: they are refused in the one way there is, and never crash or hang.</summary>
public sealed class FuzzTests
{
    private static readonly ChangeCodec _codec = new(TestKinds.Catalog, ModelJson.Options);

    [Fact]
    public void Read_AnyBytes_AreAChangeOrRefused() => Gen.Byte.Array[0, 400].Sample(
        bytes =>
        {
            try
            {
                var reader = new ByteReader(bytes);
                while (!reader.IsAtEnd)
                {
                    _codec.Read(ref reader, new RecentTexts(), new BlockBuilder(), _codec.Author);
                }
            }
            catch (FormatException)
            {
                // Refused.
            }
        },
        iter: 2000);

    [Fact]
    public void Read_ChangedBytes_AreAChangeOrRefused() => Gen.Select(Gen.Int[0, 10_000], Gen.Byte, Gen.String[0, 50]).Sample(
        (where, value, text) =>
        {
            var bytes = Write(text).WrittenSpan.ToArray();
            bytes[where % bytes.Length] = value;
            try
            {
                var reader = new ByteReader(bytes);
                _codec.Read(ref reader, new RecentTexts(), new BlockBuilder(), author: 0);
            }
            catch (FormatException)
            {
                // Refused.
            }
        },
        iter: 2000);

    [Fact]
    public void Read_WhatWasWritten_IsTheSame() => Gen.String[0, 2000].Sample(
        text =>
        {
            var reader = new ByteReader(Write(text).WrittenSpan);
            var change = _codec.Read(ref reader, new RecentTexts(), new BlockBuilder(), text.Length % 2 == 0 ? _codec.Author : (ushort)0);
            Assert.True(reader.IsAtEnd);
            Assert.Equal((true, 7L, null), (change.Resource is not null, change.Revision, change.Fault));

            // UTF-8 has no lone halves of surrogate pairs; both sides lose them the same way.
            Assert.Equal(text.EnumerateRunes().ToArray(), change.Resource!.SpecAs<TestSpec>().Text.EnumerateRunes().ToArray());
        },
        iter: 500);

    [Fact]
    public void Log_OfAnyBytes_IsCutOrRefused() => Gen.Byte.Array[0, 3000].Sample(
        bytes =>
        {
            byte[] content = [.. new byte[LogFormat.Begin], .. bytes];
            var read = new LogReader(new SimulatedFolder(new Dictionary<string, byte[]> { ["x"] = content }).Open("x"), "x", -1, page => page.Dispose()).Read();
            Assert.Equal((LogFormat.Begin, -1L), (read.Tail, read.Sequence));
        },
        iter: 60);

    private static ArrayBufferWriter<byte> Write(string text)
    {
        var target = new ArrayBufferWriter<byte>();
        var resource = TestKinds.New(TestKinds.Part, "a", text: text, owner: new("Thing", "default", "b")) with
        {
            Version = 3,
            Labels = new Dictionary<string, string> { ["k"] = text },
            Status = new TestStatus { State = "ok" },
        };
        _codec.Write(target, new ResourceChange(ChangeKind.Put, resource.Key, resource, 7));
        return target;
    }
}
