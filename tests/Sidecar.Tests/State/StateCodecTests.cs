using Mesh.Sidecar.State;

namespace Mesh.Sidecar.Tests.State;

public sealed class StateCodecTests
{
    [Fact]
    public void State_WrittenAndRead_IsTheSame() =>
        Assert.Equal(States.Describe(States.New()), States.Describe(StateCodec.Read(StateCodec.Write(States.New()))));

    [Fact]
    public void Format_OfVersion1_IsFrozen()
    {
        // Files on disk outlive the program: another layout needs another version.
        var bytes = StateCodec.Write(States.New(configuration: States.Configuration("v1")));

        Assert.Equal(1, StateCodec.Version);
        Assert.Equal("6D6573687072787901000000", Convert.ToHexString(bytes)[..24]);
        Assert.Equal(
            "026D6507726571756573740080D35492010000092F72756E2F6D657368CD3AAE26096E6F64653A207B7D0A0100000004747970650100000002723002763107000000626F6479207631",
            Convert.ToHexString(bytes)[104..]);
    }

    [Fact]
    public void State_CutAnywhere_IsRefused()
    {
        var bytes = StateCodec.Write(States.New());
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<StateFormatException>(() => StateCodec.Read(cut));
        }
    }

    [Fact]
    public void State_AnyByteChanged_IsRefused()
    {
        var bytes = StateCodec.Write(States.New());
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 0x10;
            Assert.Throws<StateFormatException>(() => StateCodec.Read(changed));
        }
    }

    [Fact]
    public void State_OfANewerProgram_SaysSo()
    {
        var bytes = StateCodec.Write(States.New());
        bytes[8] = 2;

        Assert.Contains("format is 2", Assert.Throws<StateFormatException>(() => StateCodec.Read(bytes)).Message, StringComparison.Ordinal);
    }
}
