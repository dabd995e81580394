using System.Text;
using Mesh.Server.Tests.Http2.Clients;

namespace Mesh.Server.Tests.Http2.Hpack;

/// <summary>An encoder that uses every representation there is, by chance, and keeps its table as a list.</summary>
internal sealed class PlainEncoder(Random random)
{
    private const int StaticFields = 61;
    private const int ContentType = 31;

    private readonly List<(string Name, string Value)> _newestFirst = [];
    private int _size = 4096;

    public byte[] Encode(IEnumerable<(string Name, string Value)> fields)
    {
        List<byte> block = [];
        if (random.Next(8) == 0)
        {
            _size = random.Next(4097);
            block.AddRange(HeaderText.Integer(_size, 5, 0x20));
            Shrink();
        }

        foreach (var field in fields)
        {
            var known = _newestFirst.IndexOf(field);
            if (known >= 0)
            {
                block.AddRange(HeaderText.Integer(StaticFields + 1 + known, 7, 0x80));
            }
            else
            {
                Literal(block, field);
            }
        }

        return [.. block];
    }

    private void Literal(List<byte> block, (string Name, string Value) field)
    {
        var kind = random.Next(3);
        var (bits, first) = kind switch { 0 => (6, 0x40), 1 => (4, 0x00), _ => (4, 0x10) };
        var name = _newestFirst.FindIndex(known => known.Name == field.Name);
        var index = field.Name == "content-type" ? ContentType : name < 0 ? 0 : StaticFields + 1 + name;
        block.AddRange(HeaderText.Integer(index, bits, (byte)first));
        if (index == 0)
        {
            block.AddRange(Text(field.Name));
        }

        block.AddRange(Text(field.Value));
        if (kind == 0)
        {
            _newestFirst.Insert(0, field);
            Shrink();
        }
    }

    private void Shrink()
    {
        while (_newestFirst.Sum(field => field.Name.Length + field.Value.Length + 32) > _size)
        {
            _newestFirst.RemoveAt(_newestFirst.Count - 1);
        }
    }

    private IEnumerable<byte> Text(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        if (random.Next(2) == 0)
        {
            return [.. HeaderText.Integer(bytes.Length, 7, 0), .. bytes];
        }

        var coded = HuffmanEncoder.Encode(bytes);
        return [.. HeaderText.Integer(coded.Length, 7, 0x80), .. coded];
    }
}
