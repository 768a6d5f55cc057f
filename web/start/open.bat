@echo off
rem Opens the lessons in the browser of this machine. With a number behind its name: at that port.
pushd "%~dp0"
if not exist serve.py (
  echo Unpack the whole zip first: right-click it, and choose Extract All.
  pause
  exit /b 1
)
for %%P in ("py -3" python python3) do (
  %%~P -c "import sys; sys.exit(sys.version_info < (3, 9))" >nul 2>nul
  if not errorlevel 1 (
    %%~P serve.py --here site %*
    if errorlevel 1 pause
    exit /b
  )
)
echo This needs Python 3.9 or later. READ ME FIRST.html says what to do without it.
pause
exit /b 1
