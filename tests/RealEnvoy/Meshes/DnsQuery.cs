using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>Asks a DNS server on this machine, over UDP.</summary>
public static class DnsQuery
{
    /// <summary>Type of IPv4 addresses.</summary>
    public const ushort A = 1;

    /// <summary>Type of IPv6 addresses.</summary>
    public const ushort Aaaa = 28;

    /// <summary>Code of an answer.</summary>
    public const int NoError = 0;

    /// <summary>Code of the answer that there is no such name.</summary>
    public const int NoSuchName = 3;

    private const int HeaderLength = 12;
    private const int RecordHeaderLength = 12;

    /// <summary>Code and addresses of the answer.</summary>
    public static async Task<(int Code, IReadOnlyList<string> Addresses)> AskAsync(int port, string name, ushort type)
    {
        using var client = new UdpClient();
        client.Connect(IPAddress.Loopback, port);
        var query = Query(name, type);
        await client.SendAsync(query);
        var answer = (await client.ReceiveAsync().WaitAsync(Eventually.Patience)).Buffer;
        var addresses = new List<string>();
        var offset = query.Length;
        for (var i = 0; i < BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6)); i++)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(offset + RecordHeaderLength - 2));
            addresses.Add(new IPAddress(answer.AsSpan(offset + RecordHeaderLength, length)).ToString());
            offset += RecordHeaderLength + length;
        }

        return (answer[3] & 0x0f, addresses);
    }

    private static byte[] Query(string name, ushort type)
    {
        byte[] question = [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0, 0, (byte)type, 0, 1];
        byte[] header = new byte[HeaderLength];
        header[0] = 7;
        header[2] = 1;
        header[5] = 1;
        return [.. header, .. question];
    }
}
