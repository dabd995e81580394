using System.Buffers.Binary;
using System.Net;

namespace Mesh.Sidecar.Dns;

/// <summary>
/// The part of the DNS wire format (RFC 1035) that a server for a few names needs: reads one question, writes answers to it.
/// Everything else is passed on as it is.
/// </summary>
internal static class DnsMessage
{
    public const ushort TypeA = 1;
    public const ushort TypeAaaa = 28;
    public const ushort ClassIn = 1;

    public const byte NoError = 0;
    public const byte FormatError = 1;
    public const byte ServerFailure = 2;
    public const byte NotImplemented = 4;

    /// <summary>Largest message without an agreement on more.</summary>
    public const int MaxPlainUdp = 512;

    /// <summary>Largest message at all.</summary>
    public const int MaxMessage = 65535;

    private const int HeaderLength = 12;
    private const int MaxName = 253;
    private const ushort PointerToQuestion = 0xC00C;

    /// <summary>Whether the bytes can be a query at all (long enough, and no answer).</summary>
    public static bool IsQuery(ReadOnlySpan<byte> message) => message.Length >= HeaderLength && (message[2] & 0x80) == 0;

    /// <summary>Reads a query with one question.</summary>
    /// <returns><see cref="NoError"/>, or the code with which the query is to be answered.</returns>
    public static byte ReadQuestion(ReadOnlySpan<byte> message, out DnsQuestion question)
    {
        question = default;
        if ((message[2] & 0x78) != 0)
        {
            return NotImplemented;
        }

        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
        {
            return FormatError;
        }

        Span<char> name = stackalloc char[MaxName];
        var length = 0;
        var offset = HeaderLength;
        while (true)
        {
            if (offset >= message.Length)
            {
                return FormatError;
            }

            int label = message[offset++];
            if (label == 0)
            {
                break;
            }

            // Nothing stands before the first name that a pointer (two high bits) could point at.
            if (label > 63 || offset + label > message.Length || length + label + 1 > MaxName)
            {
                return FormatError;
            }

            if (length > 0)
            {
                name[length++] = '.';
            }

            foreach (var b in message.Slice(offset, label))
            {
                name[length++] = char.ToLowerInvariant((char)b);
            }

            offset += label;
        }

        if (offset + 4 > message.Length)
        {
            return FormatError;
        }

        question = new DnsQuestion(
            name[..length].ToString(),
            BinaryPrimitives.ReadUInt16BigEndian(message[offset..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 2)..]),
            offset + 4);
        return NoError;
    }

    /// <summary>Longest answer that the sender of a query can take over UDP: what its OPT record says (RFC 6891), else 512.</summary>
    public static int UdpLimit(ReadOnlySpan<byte> query, in DnsQuestion question)
    {
        // A query with EDNS has nothing behind its question but one OPT record of the root name.
        var rest = query[question.End..];
        return rest.Length >= 11 && rest[0] == 0 && BinaryPrimitives.ReadUInt16BigEndian(rest[1..]) == 41
            ? Math.Clamp((int)BinaryPrimitives.ReadUInt16BigEndian(rest[3..]), MaxPlainUdp, 4096)
            : MaxPlainUdp;
    }

    /// <summary>Writes an answer with the addresses of the asked family; where they do not fit, the answer is empty and marked as cut.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> query, in DnsQuestion question, IReadOnlyList<IPAddress> addresses, uint ttl, int limit)
    {
        var recordLength = 12 + (question.Type == TypeA ? 4 : 16);
        var fits = question.End + (addresses.Count * recordLength) <= limit;
        var count = fits ? addresses.Count : 0;
        var answer = new byte[question.End + (count * recordLength)];
        query[..question.End].CopyTo(answer);
        WriteHeader(answer, query, NoError, (ushort)count, isCut: !fits, isAuthoritative: true);
        var offset = question.End;
        for (var i = 0; i < count; i++)
        {
            var record = answer.AsSpan(offset, recordLength);
            BinaryPrimitives.WriteUInt16BigEndian(record, PointerToQuestion);
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], question.Type);
            BinaryPrimitives.WriteUInt16BigEndian(record[4..], ClassIn);
            BinaryPrimitives.WriteUInt32BigEndian(record[6..], ttl);
            BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)(recordLength - 12));
            addresses[i].TryWriteBytes(record[12..], out _);
            offset += recordLength;
        }

        return answer;
    }

    /// <summary>Writes an answer that says only that there is none; the question is repeated where it could be read.</summary>
    public static byte[] Failure(ReadOnlySpan<byte> query, int questionEnd, byte code)
    {
        var answer = new byte[Math.Max(HeaderLength, questionEnd)];
        query[..answer.Length].CopyTo(answer);
        WriteHeader(answer, query, code, 0, isCut: false, isAuthoritative: false);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(4), (ushort)(questionEnd > HeaderLength ? 1 : 0));
        return answer;
    }

    private static void WriteHeader(Span<byte> answer, ReadOnlySpan<byte> query, byte code, ushort count, bool isCut, bool isAuthoritative)
    {
        // Answer bit, the query's operation and "recursion desired", "recursion available": what is not ours is asked elsewhere.
        answer[2] = (byte)(0x80 | (query[2] & 0x79) | (isCut ? 0x02 : 0) | (isAuthoritative ? 0x04 : 0));
        answer[3] = (byte)(0x80 | code);
        BinaryPrimitives.WriteUInt16BigEndian(answer[6..], count);
        BinaryPrimitives.WriteUInt32BigEndian(answer[8..], 0);
    }
}
