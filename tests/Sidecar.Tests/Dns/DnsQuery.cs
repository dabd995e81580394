using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Mesh.Sidecar.Tests.Dns;

/// <summary>Builds DNS queries and takes answers apart, by the RFC and not by the code under test.</summary>
internal static class DnsQuery
{
    public static byte[] For(string name, ushort type, ushort id = 0x1234, ushort? ednsSize = null)
    {
        var bytes = new List<byte> { (byte)(id >> 8), (byte)id, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(ednsSize is null ? 0 : 1) };
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.AddRange([0, (byte)(type >> 8), (byte)type, 0, 1]);
        if (ednsSize is { } size)
        {
            bytes.AddRange([0, 0, 41, (byte)(size >> 8), (byte)size, 0, 0, 0, 0, 0, 0]);
        }

        return [.. bytes];
    }

    public static (int Code, bool IsCut, IPAddress[] Addresses, uint Ttl) Read(byte[] answer)
    {
        var count = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6));
        var offset = 12;
        if (BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(4)) == 1)
        {
            while (answer[offset] != 0)
            {
                offset += answer[offset] + 1;
            }

            offset += 5;
        }

        var addresses = new IPAddress[count];
        var ttl = 0u;
        for (var i = 0; i < count; i++)
        {
            ttl = BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(offset + 6));
            var length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(offset + 10));
            addresses[i] = new IPAddress(answer.AsSpan(offset + 12, length));
            offset += 12 + length;
        }

        Assert.Equal(0x80, answer[2] & 0x80);
        return (answer[3] & 0x0F, (answer[2] & 0x02) != 0, addresses, ttl);
    }
}
